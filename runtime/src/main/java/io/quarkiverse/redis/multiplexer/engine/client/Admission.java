package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandSpec;
import io.quarkiverse.redis.multiplexer.engine.command.Operation;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.RequestSize;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.topology.Topology;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestAccess;

/**
 * The one way in, for requests to a client and to the connections that it gives: looks at their number of arguments, their size
 * and their {@linkplain Route route}, begins their reports, and makes commands of them, or refuses them. Whatever goes wrong
 * fails the future that the caller gets; nothing is thrown, with the exception of what the stock client throws, too:
 * {@code null} is no request.
 * <p>
 * May be called from any thread.
 */
final class Admission {

    /** Where requests come in: a client, or one of its connections. */
    interface Entrance {

        /**
         * Whether a request for a lane has nothing to wait for here, and is nothing to this entrance. Then it is submitted
         * without being {@linkplain #take taken}.
         */
        boolean isOpenFor(Context caller, Request request);

        /** Why requests of this route are not let in here. @param batched whether they are a batch */
        Optional<Throwable> objection(Route route, boolean batched);

        /** Reports to tracers and metrics that somebody has come with a request. */
        CommandReport report(Request request);

        /** The same for a request, or several. */
        CommandReport report(Operation operation);

        /** Reports that somebody has come who is not let in here, as far as that is reported. */
        CommandReport reportObjection(Operation operation);

        /**
         * Answers a request that is let in, and not oversized, from here, if that needs nobody else and has nothing to wait
         * for.
         *
         * @param size {@linkplain RequestSize#of of the request}
         * @return empty if it is to be {@linkplain #take taken}
         */
        default Optional<Response> answer(Context caller, CommandSpec spec, Request request, Route route, long size) {
            return Optional.empty();
        }

        /** Takes what is let in. */
        void take(Call call);

        /**
         * Something has failed that was not taken.
         *
         * @param requests what has been let in, and there was no memory for; empty if it was not let in
         */
        default void failed(List<Request> requests, Throwable cause, Context caller) {
        }
    }

    private final Vertx vertx;
    private final Topology topology;
    private final Entrance entrance;

    Admission(Vertx vertx, Topology topology, Entrance entrance) {
        this.vertx = vertx;
        this.topology = topology;
        this.entrance = entrance;
    }

    Future<Response> send(Request request) {
        Context caller = vertx.getOrCreateContext();
        CommandSpec spec = CommandSpec.of(request);
        Route route = Route.of(spec, request);
        if (VertxAccess.isGone(caller)) {
            return gone();
        }
        long size = RequestSize.of(request);
        if (route != Route.SHARED || !RequestAccess.hasValidArity(request) || !entrance.isOpenFor(caller, request)
                || RequestSize.isOversized(request, size)) {
            return admit(caller, request, spec, route, size);
        }
        // What admit does, without the objects that it makes, and with few calls, which the JIT compiler makes one of: this is
        // the way of nearly all commands.
        Promise<Response> promise = VertxAccess.promise(caller);
        CommandReport report = CommandReport.NONE;
        try {
            report = entrance.report(request);
            topology.submit(caller, new SingleCommand(spec, request, size, promise, report));
        } catch (Throwable e) {
            // There is no memory for the command, or for its report; submit throws nothing.
            report.failed(e);
            promise.tryFail(e);
        }
        return promise.future();
    }

    private Future<Response> admit(Context caller, Request request, CommandSpec spec, Route route, long size) {
        Optional<Throwable> objection = entrance.objection(route, false);
        if (objection.isPresent() || !RequestAccess.hasValidArity(request) || RequestSize.isOversized(request, size)) {
            return this.<Response> admit(Operation.of(request), route, objection, caller,
                    (promise, report) -> new SingleCommand(spec, request, size, promise, report));
        }
        CommandReport report = CommandReport.NONE;
        try {
            report = entrance.report(request);
            Optional<Response> answer = entrance.answer(caller, spec, request, route, size);
            if (answer.isPresent()) {
                Future<Response> answered = VertxAccess.succeeded(caller, answer.get());
                report.succeeded(answer.get());
                return answered;
            }
        } catch (Throwable e) {
            Promise<Response> promise = VertxAccess.promise(caller);
            fail(promise, report, List.of(request), e, caller);
            return promise.future();
        }
        Promise<Response> promise = VertxAccess.promise(caller);
        take(new Call(List.of(request), route, false, caller, report,
                to -> new SingleCommand(spec, request, size, promise, to)), promise);
        return promise.future();
    }

    Future<List<Response>> batch(List<Request> requests) {
        List<Request> copy = List.copyOf(requests);
        Context caller = vertx.getOrCreateContext();
        if (copy.isEmpty()) {
            return VertxAccess.succeeded(caller, List.of());
        }
        if (VertxAccess.isGone(caller)) {
            return gone();
        }
        Route route = Route.of(copy);
        return this.<List<Response>> admit(Operation.ofBatch(copy), route, entrance.objection(route, true), caller,
                (promise, report) -> new BatchCommand(copy, promise, report));
    }

    /** The future must not be completed on the caller's context. */
    private <T> Future<T> gone() {
        return Future.failedFuture(topology.failures().stopped());
    }

    private <T> Future<T> admit(Operation operation, Route route, Optional<Throwable> objection, Context caller,
            BiFunction<Promise<T>, CommandReport, PendingCommand> maker) {
        List<Request> requests = operation.requests();
        Promise<T> promise = VertxAccess.promise(caller);
        Optional<Throwable> problem = invalid(requests);
        CommandReport report;
        try {
            report = problem.isEmpty() && objection.isPresent() ? entrance.reportObjection(operation)
                    : entrance.report(operation);
        } catch (Throwable e) {
            fail(promise, CommandReport.NONE, requests, e, caller);
            return promise.future();
        }
        Optional<Throwable> refusal = problem.or(() -> objection);
        if (refusal.isPresent()) {
            fail(promise, report, List.of(), refusal.get(), caller);
        } else {
            boolean oversized = route == Route.SHARED && RequestSize.isOversized(requests);
            take(new Call(requests, route, oversized, caller, report, to -> maker.apply(promise, to)), promise);
        }
        return promise.future();
    }

    private void take(Call call, Promise<?> promise) {
        try {
            entrance.take(call);
        } catch (Throwable e) {
            // There is no memory for it, above all. Others have more luck, or need less.
            fail(promise, call.report(), call.requests(), e, call.caller());
        }
    }

    private void fail(Promise<?> promise, CommandReport report, List<Request> requests, Throwable cause, Context caller) {
        try {
            entrance.failed(requests, cause, caller);
        } finally {
            tell(promise, report, cause);
        }
    }

    private static void tell(Promise<?> promise, CommandReport report, Throwable cause) {
        try {
            report.failed(cause);
        } finally {
            promise.tryFail(cause);
        }
    }

    private Optional<Throwable> invalid(List<Request> requests) {
        for (int i = 0, n = requests.size(); i < n; i++) {
            if (!RequestAccess.hasValidArity(requests.get(i))) {
                return Optional.of(topology.failures().invalid(requests.get(i)));
            }
        }
        return Optional.empty();
    }
}
