package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Lends a connection to a node. One that cannot be reached is tried again until the deadline, or whoever has taken its place by
 * then, unless callers do not want to wait. May be used from any thread.
 *
 * @param requests what the connection is for, one at least
 * @param configured whether callers want to wait
 * @param node the one to be asked at the moment; empty if there is none any more
 * @param unreachable told that the node which has been asked cannot be reached
 * @param stopped what those fail with whom no node can lend anything any more
 */
record Lending(Context caller, List<Request> requests, UnavailablePolicy configured, Supplier<Optional<Node>> node,
        Runnable unreachable, Supplier<Throwable> stopped) {

    /**
     * Lends a connection.
     *
     * @param deadline on the clock of {@link System#nanoTime()}
     * @param pauseNanos before the first attempt
     */
    Future<LentConnection> lend(Borrower borrower, long deadline, long pauseNanos) {
        return attempt(borrower, deadline, pauseNanos, 0, Optional.empty());
    }

    /** @param failed how many attempts have failed @param latest why the last of them has */
    private Future<LentConnection> attempt(Borrower borrower, long deadline, long pauseNanos, int failed,
            Optional<Throwable> latest) {
        return pause(pauseNanos).compose(over -> open().map(asked -> asked.lend(caller, command(), borrower, deadline)
                .recover(cause -> again(asked, cause, borrower, deadline, failed, latest)))
                .orElseGet(() -> VertxAccess.failed(caller, stopped.get())));
    }

    private Future<Void> pause(long nanos) {
        return nanos == 0 ? Future.succeededFuture()
                : open().map(left -> left.pause(caller, nanos)).orElseGet(Future::succeededFuture);
    }

    /** A node that has been left is replaced; one that has ended without that has ended with the client. */
    private Optional<Node> open() {
        return node.get().filter(one -> !one.isClosed());
    }

    private Future<LentConnection> again(Node asked, Throwable cause, Borrower borrower, long deadline, int failed,
            Optional<Throwable> latest) {
        if (latest.isPresent() && cause instanceof BacklogFullException && System.nanoTime() - deadline >= 0) {
            // No connection has become free because none could be made.
            return Future.failedFuture(notConnected(asked, latest.get()));
        }
        if (!waitingHelps(cause)) {
            return Future.failedFuture(cause);
        }
        unreachable.run();
        if (unavailable() == UnavailablePolicy.FAIL_FAST) {
            return Future.failedFuture(cause);
        }
        long pause = RedirectPause.waiting(failed);
        if (System.nanoTime() + pause - deadline >= 0) {
            return Future.failedFuture(notConnected(asked, cause));
        }
        return attempt(borrower, deadline, pause, failed + 1, Optional.of(cause));
    }

    /** Those that ask about earlier writes must not ask a server that may have none of them. */
    private UnavailablePolicy unavailable() {
        return CommandTraits.of(requests).asksAboutEarlierWrites() ? UnavailablePolicy.FAIL_FAST : configured;
    }

    private String command() {
        return requests.get(0).command().toString();
    }

    private static Throwable notConnected(Node asked, Throwable cause) {
        return asked.failures().notConnected(Optional.ofNullable(cause.getCause()).orElse(cause));
    }

    /** Where there are too many commands, or the server refuses us for good, it does not. */
    private static boolean waitingHelps(Throwable cause) {
        return cause instanceof ErrorType error ? ServerError.of(error).remedy().waitingHelps()
                : cause instanceof ConnectionLostException && !Failures.isFinal(cause);
    }
}
