package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.topology.Node;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestAccess;

/**
 * Makes commands of the requests of callers, and refuses what can't be one. The same for a client and for the connections that
 * it gives. Whatever goes wrong fails the future that the caller gets; nothing is thrown, with the exception of what the stock
 * client throws, too: {@code null} is no request.
 * <p>
 * May be called from any thread.
 */
final class Admission {

    /** What is behind the door. */
    interface Interior {

        /** Why requests of this route are not let in here. @param batched whether they are a batch */
        Optional<Throwable> objection(Route route, boolean batched);

        /** Reports to tracers and metrics that somebody has come. @param name of the command, or {@code batch} */
        CommandReport report(String name, List<Request> requests);

        /** Reports that somebody has come who is not let in here, as far as the stock client does. */
        CommandReport reportObjection(String name, List<Request> requests);

        /**
         * Takes a command that is let in.
         *
         * @param maker makes it; it reports its end to the report that it is given
         * @param report what the end of the command is to be reported to
         */
        void take(Function<CommandReport, PendingCommand> maker, CommandReport report, List<Request> requests, Route route,
                Context caller);

        /** Something has not been let in. */
        default void refused(Throwable cause, Context caller) {
        }
    }

    private final Vertx vertx;
    private final Node node;
    private final Interior interior;

    Admission(Vertx vertx, Node node, Interior interior) {
        this.vertx = vertx;
        this.node = node;
        this.interior = interior;
    }

    Future<Response> send(Request request) {
        String name = request.command().toString();
        Route route = Route.of(request);
        return this.<Response> admit(List.of(request), route, interior.objection(route, false), name,
                (promise, report) -> new SingleCommand(request, promise, report));
    }

    Future<List<Response>> batch(List<Request> requests) {
        List<Request> copy = List.copyOf(requests);
        Route route = Route.of(copy);
        return this.<List<Response>> admit(copy, route, interior.objection(route, true), "batch",
                (promise, report) -> new BatchCommand(copy, promise, report));
    }

    private <T> Future<T> admit(List<Request> requests, Route route, Optional<Throwable> objection, String name,
            BiFunction<Promise<T>, CommandReport, PendingCommand> maker) {
        Context caller = vertx.getOrCreateContext();
        if (VertxAccess.isGone(caller)) {
            // The future must not be completed there.
            return Future.failedFuture(node.failures().stopped());
        }
        Promise<T> promise = VertxAccess.promise(caller);
        Optional<Throwable> problem = invalid(requests);
        CommandReport report = problem.isEmpty() && objection.isPresent() ? interior.reportObjection(name, requests)
                : interior.report(name, requests);
        try {
            if (problem.isPresent()) {
                refuse(promise, report, problem.get(), caller);
            } else if (objection.isPresent()) {
                refuse(promise, report, objection.get(), caller);
            } else {
                interior.take(to -> maker.apply(promise, to), report, requests, route, caller);
            }
        } catch (Throwable e) {
            // There is no memory for it, above all. Others have more luck, or need less.
            refuse(promise, report, e, caller);
        }
        return promise.future();
    }

    private void refuse(Promise<?> promise, CommandReport report, Throwable cause, Context caller) {
        interior.refused(cause, caller);
        report.failed(cause);
        promise.tryFail(cause);
    }

    private Optional<Throwable> invalid(List<Request> requests) {
        for (int i = 0, n = requests.size(); i < n; i++) {
            if (!RequestAccess.hasValidArity(requests.get(i))) {
                return Optional.of(node.failures().invalid(requests.get(i)));
            }
        }
        return Optional.empty();
    }
}
