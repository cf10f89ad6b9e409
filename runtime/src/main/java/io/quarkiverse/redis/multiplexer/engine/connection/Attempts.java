package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.vertx.core.Future;

/**
 * The attempts of a keeper to connect, one at a time. It knows by when the current one must have ended, or the next one must
 * have begun: whoever was to see to that may have had no memory for it. What an attempt comes to after that is given up.
 * <p>
 * Used on the event loop of the connection.
 */
final class Attempts {

    /** How much later than planned a step may be. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Consumer<NodeConnection> onConnected;
    private final Consumer<Throwable> onFailed;
    private final Failures failures;
    private final long timeoutNanos;
    private final LoopTimer next;
    private long due;
    /** Tells the current attempt from those that nobody waits for any more. */
    private int current;

    /**
     * @param onConnected given what the current attempt has made
     * @param onFailed told why it has not, or what {@code onConnected} has thrown
     * @param timeoutNanos how long an attempt may take
     */
    Attempts(EventLoop loop, Consumer<NodeConnection> onConnected, Consumer<Throwable> onFailed, Failures failures,
            long timeoutNanos) {
        this.onConnected = onConnected;
        this.onFailed = onFailed;
        this.failures = failures;
        this.timeoutNanos = timeoutNanos;
        this.next = new LoopTimer(loop);
    }

    /** An attempt begins. */
    void begin() {
        current++;
        due = System.nanoTime() + timeoutNanos;
    }

    /** It is on its way. */
    void follow(Future<NodeConnection> attempt) {
        int number = current;
        attempt.onComplete(result -> {
            if (number != current) {
                result.map(late -> late.abandon(failures.abandoned()));
            } else if (result.failed()) {
                onFailed.accept(result.cause());
            } else {
                handOver(result.result());
            }
        });
    }

    private void handOver(NodeConnection connection) {
        try {
            onConnected.accept(connection);
        } catch (Throwable e) {
            CommandQueue written = connection.abandon(e);
            try {
                onFailed.accept(e);
            } finally {
                written.failAll(command -> failures.lost(command, e));
            }
        }
    }

    /** Nobody waits for the current attempt any more. @param attempt begins the next one */
    void plan(Runnable attempt, long delayMillis) {
        current++;
        due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
        next.plan(attempt, delayMillis);
    }

    /** Whether the current one should have ended for some time, or the next one have begun. */
    boolean isOverdue(long now) {
        return now - due > PATIENCE_NANOS;
    }

    /** There are no more. */
    void end() {
        current++;
        next.cancel();
    }
}
