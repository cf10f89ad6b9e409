package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.engine.settings.Backoff;

/**
 * Subscriptions that the server has refused, and that it will be told of again, after delays that grow for as long as it
 * refuses. Used on the event loop of the hub.
 */
final class Retries {

    /** Runs something on the event loop of the hub, later. */
    interface Scheduler {

        /** @return keeps it from being run */
        Runnable schedule(Runnable action, long delayMillis);
    }

    /** So many at once at most: who is refused over and over must not cost much. */
    private static final int MAX_PER_ROUND = 4096;

    private final Scheduler scheduler;
    private final Backoff backoff;
    private final Consumer<List<Subscription>> again;
    private final Set<Subscription> waiting = new LinkedHashSet<>();
    private int failures;
    /** {@code null} if nothing is scheduled. */
    private Runnable cancellation;

    /** @param again given those whose time has come */
    Retries(Scheduler scheduler, Backoff backoff, Consumer<List<Subscription>> again) {
        this.scheduler = scheduler;
        this.backoff = backoff;
        this.again = again;
    }

    void add(Subscription subscription) {
        waiting.add(subscription);
        schedule();
    }

    void remove(Subscription subscription) {
        waiting.remove(subscription);
    }

    /** With the last one, what they have been refused for is over. */
    void removeAll(List<Subscription> subscriptions) {
        subscriptions.forEach(waiting::remove);
        if (waiting.isEmpty()) {
            clear();
        }
    }

    boolean contains(Subscription subscription) {
        return waiting.contains(subscription);
    }

    /** The server has accepted one of them. */
    void succeeded() {
        failures = 0;
    }

    /** None of them is to be told any more. */
    void clear() {
        waiting.clear();
        failures = 0;
        if (cancellation != null) {
            cancellation.run();
            cancellation = null;
        }
    }

    private void schedule() {
        if (cancellation == null) {
            failures++;
            cancellation = scheduler.schedule(this::onTime, backoff.delayMillis(failures));
        }
    }

    private void onTime() {
        cancellation = null;
        try {
            List<Subscription> due = waiting.stream().limit(MAX_PER_ROUND).toList();
            due.forEach(waiting::remove);
            if (!due.isEmpty()) {
                again.accept(due);
            }
        } finally {
            // Others, or all of them, if there was no memory now.
            if (!waiting.isEmpty()) {
                schedule();
            }
        }
    }
}
