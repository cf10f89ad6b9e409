package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.concurrent.RejectedExecutionException;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Tells callers when there is a kept connection. Used on the event loop of the connection, but for {@link #future}. */
final class Readiness {

    private final EventLoop loop;
    private final KeeperState state;
    private final Runnable connectIfIdle;
    private final Failures failures;
    private final long timeoutNanos;
    private final AwaitingReady waiting = new AwaitingReady();

    /** @param timeoutNanos how long a caller waits */
    Readiness(EventLoop loop, KeeperState state, Runnable connectIfIdle, Failures failures, long timeoutNanos) {
        this.loop = loop;
        this.state = state;
        this.connectIfIdle = connectIfIdle;
        this.failures = failures;
        this.timeoutNanos = timeoutNanos;
    }

    /** @see ConnectionKeeper#whenReady */
    Future<Void> future(Context caller) {
        if (loop.inEventLoop() && state.is(ConnectionState.READY)) {
            return VertxAccess.succeeded(caller, null);
        }
        Promise<Void> promise = VertxAccess.promise(caller);
        try {
            if (loop.inEventLoop()) {
                await(promise);
            } else {
                loop.execute(() -> await(promise));
            }
        } catch (RejectedExecutionException e) {
            Guard.fail(promise, failures.stopped());
        }
        return promise.future();
    }

    private void await(Promise<Void> promise) {
        switch (state.current()) {
            case READY -> Guard.complete(promise, null);
            case BACKING_OFF -> Guard.fail(promise, state.unavailable().orElseThrow());
            case CLOSING, CLOSED -> Guard.fail(promise, failures.stopped());
            case IDLE, CONNECTING, HANDSHAKING -> {
                waiting.add(promise, System.nanoTime() + timeoutNanos);
                connectIfIdle.run();
            }
        }
    }

    /** There is a connection. */
    void reached() {
        waiting.completeAll();
    }

    /** There won't be one now. */
    void missed(Throwable cause) {
        waiting.failAll(cause);
    }

    /** Fails who will have waited for long enough at {@code moment}. */
    void expire(long moment) {
        if (!waiting.isEmpty()) {
            waiting.expire(moment, failures.notConnected(state.missing().orElse(null)));
        }
    }
}
