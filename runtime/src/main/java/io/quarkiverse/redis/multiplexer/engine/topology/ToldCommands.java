package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.ServerCommands;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.connection.ServerIdentity;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The commands that the servers of a cluster know and the client does not, with their keys. One node is asked (COMMAND) when
 * they are needed for the first time, and again when it has got another version, or is not there any more. Where nobody may
 * be asked, nothing is known.
 * <p>
 * May be used from any thread.
 */
final class ToldCommands {

    /** So long a node may take to answer, and to be connected to. Then another one is asked. */
    private static final long PATIENCE_MILLIS = 1_000;
    /** So many are asked. */
    private static final int MOST_ASKED = 3;

    private record Told(Node by, ServerIdentity version, ServerCommands commands) {
    }

    private final Supplier<List<Node>> nodes;
    private Optional<Told> told = Optional.empty();
    /** There while somebody is being asked. */
    private Optional<Promise<ServerCommands>> asking = Optional.empty();

    /** @param nodes those that can be asked */
    ToldCommands(Supplier<List<Node>> nodes) {
        this.nodes = nodes;
    }

    /** The commands as a server of this version has told them; empty if one has to be {@linkplain #ask asked}. */
    Optional<ServerCommands> known() {
        Optional<Told> latest;
        synchronized (this) {
            latest = told;
        }
        return latest.filter(it -> !it.by.isClosed() && it.version.equals(it.by.server())).map(Told::commands);
    }

    /**
     * Asks, unless that is {@link #known}, or somebody is being asked already.
     *
     * @param caller on whose event loop the answer is read
     * @return never fails; completes on any thread, with {@link ServerCommands#UNASKED} if nobody has told
     */
    Future<ServerCommands> ask(Context caller) {
        Optional<ServerCommands> known = known();
        if (known.isPresent()) {
            return Future.succeededFuture(known.get());
        }
        Promise<ServerCommands> promise = Promise.promise();
        synchronized (this) {
            if (asking.isPresent()) {
                return asking.get().future();
            }
            asking = Optional.of(promise);
        }
        goOn(promise, () -> ask(caller, new ArrayDeque<>(nodes.get().stream().limit(MOST_ASKED).toList()), promise));
        return promise.future();
    }

    private void ask(Context caller, Deque<Node> candidates, Promise<ServerCommands> promise) {
        Node node = candidates.poll();
        if (node == null) {
            end(promise, ServerCommands.UNASKED);
            return;
        }
        inTime(VertxAccess.eventLoop(caller), node.question(caller, Request.cmd(Command.COMMAND)))
                .onComplete(answer -> goOn(promise, () -> {
                    if (answer.succeeded()) {
                        keep(node, ServerCommands.of(answer.result()), promise);
                    } else if (isForbidden(answer.cause())) {
                        keep(node, ServerCommands.UNASKED, promise);
                    } else {
                        ask(caller, candidates, promise);
                    }
                }));
    }

    /** Whoever waits is told in any case, also if there is no memory to ask, or to read the answer. */
    private void goOn(Promise<ServerCommands> promise, Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            end(promise, ServerCommands.UNASKED);
        }
    }

    private static boolean isForbidden(Throwable cause) {
        return cause instanceof ErrorType error && ServerError.of(error) == ServerError.NOPERM;
    }

    private static Future<Response> inTime(EventLoop loop, Future<Response> answer) {
        Promise<Response> first = Promise.promise();
        answer.onSuccess(first::tryComplete).onFailure(first::tryFail);
        try {
            ScheduledFuture<?> timer = loop.schedule(() -> first.tryFail("no answer in time"), PATIENCE_MILLIS,
                    TimeUnit.MILLISECONDS);
            first.future().onComplete(end -> timer.cancel(false));
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and no answer will come on it.
            first.tryFail(e);
        }
        return first.future();
    }

    private void keep(Node node, ServerCommands commands, Promise<ServerCommands> promise) {
        synchronized (this) {
            told = Optional.of(new Told(node, node.server(), commands));
        }
        end(promise, commands);
    }

    private void end(Promise<ServerCommands> promise, ServerCommands commands) {
        synchronized (this) {
            asking = asking.filter(current -> current != promise);
        }
        promise.tryComplete(commands);
    }
}
