package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.ArrayDeque;
import java.util.Queue;

import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.vertx.core.Promise;

/** Those who wait for a connection to be made, each until its deadline. Used on the event loop of the connection. */
final class AwaitingReady {

    /** In the order of their deadlines: all have the same time. */
    private final Queue<Waiter> waiters = new ArrayDeque<>();

    private record Waiter(Promise<Void> promise, long deadline) {
    }

    /** @param deadline on the clock of {@link System#nanoTime()}, and not before that of who came earlier */
    void add(Promise<Void> promise, long deadline) {
        waiters.add(new Waiter(promise, deadline));
    }

    /** Needs no memory. Whoever is told may come again at once, and waits for the next time then. */
    void completeAll() {
        for (int left = waiters.size(); left > 0 && !waiters.isEmpty(); left--) {
            Guard.complete(waiters.remove().promise, null);
        }
    }

    /** The same. */
    void failAll(Throwable cause) {
        for (int left = waiters.size(); left > 0 && !waiters.isEmpty(); left--) {
            Guard.fail(waiters.remove().promise, cause);
        }
    }

    /** Fails who has waited for long enough. */
    void expire(long now, Throwable cause) {
        for (Waiter oldest; (oldest = waiters.peek()) != null && oldest.deadline - now <= 0;) {
            waiters.remove();
            Guard.fail(oldest.promise, cause);
        }
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }
}
