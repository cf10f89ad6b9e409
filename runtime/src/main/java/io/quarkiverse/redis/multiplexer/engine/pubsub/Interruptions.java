package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The subscriptions that have been in force and are not now, because the connection was lost, or the server ended them. When
 * the last one is in force again, the outage is over. Used on the event loop of the hub.
 */
final class Interruptions {

    /** Hears of the end of an outage. */
    interface Listener {

        /** @param count how many subscriptions have come in force again */
        void restored(int count, Duration outage);
    }

    private final Listener listener;
    private final LongSupplier clock;
    private final Set<Subscription> interrupted = new HashSet<>();
    private int restored;
    private long since;

    /** @param clock {@link System#nanoTime()} */
    Interruptions(Listener listener, LongSupplier clock) {
        this.listener = listener;
        this.clock = clock;
    }

    void begin(Subscription subscription) {
        if (interrupted.isEmpty()) {
            since = clock.getAsLong();
            restored = 0;
        }
        interrupted.add(subscription);
    }

    boolean contains(Subscription subscription) {
        return interrupted.contains(subscription);
    }

    /** The subscription is in force again. */
    void restored(Subscription subscription) {
        if (interrupted.remove(subscription)) {
            restored++;
            endIfOver();
        }
    }

    /** Nobody wants the subscription any more. */
    void forget(Subscription subscription) {
        if (interrupted.remove(subscription)) {
            endIfOver();
        }
    }

    private void endIfOver() {
        if (interrupted.isEmpty() && restored > 0) {
            listener.restored(restored, Duration.ofNanos(clock.getAsLong() - since));
        }
    }
}
