package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;

/**
 * The subscriptions that have been in force and are not now, because a connection was lost, or the server ended them. When the
 * last one of those that one server had is in force again, its outage is over. Used on the event loop of the hub.
 */
final class Interruptions {

    /** Hears of the end of an outage. */
    interface Listener {

        /**
         * @param where the server that had the subscriptions, in whose words this is told
         * @param count how many subscriptions have come in force again
         */
        void restored(Failures where, int count, Duration outage);
    }

    private static final class Outage {

        final Failures where;
        final long since;
        int open;
        int restored;

        Outage(Failures where, long since) {
            this.where = where;
            this.since = since;
        }
    }

    private final Listener listener;
    private final LongSupplier clock;
    private final Map<Failures, Outage> outages = new IdentityHashMap<>();
    private final Map<Subscription, Outage> interrupted = new HashMap<>();

    /** @param clock {@link System#nanoTime()} */
    Interruptions(Listener listener, LongSupplier clock) {
        this.listener = listener;
        this.clock = clock;
    }

    /** @param where the server that had it, always the same object for the same server */
    void begin(Subscription subscription, Failures where) {
        interrupted.computeIfAbsent(subscription, added -> {
            Outage outage = outages.computeIfAbsent(where, first -> new Outage(first, clock.getAsLong()));
            outage.open++;
            return outage;
        });
    }

    /** The subscription is in force again. */
    void restored(Subscription subscription) {
        Outage outage = interrupted.remove(subscription);
        if (outage != null) {
            outage.restored++;
            closeOne(outage);
        }
    }

    /** Nobody wants the subscription any more. */
    void forget(Subscription subscription) {
        Outage outage = interrupted.remove(subscription);
        if (outage != null) {
            closeOne(outage);
        }
    }

    private void closeOne(Outage outage) {
        if (--outage.open == 0) {
            outages.remove(outage.where);
            if (outage.restored > 0) {
                listener.restored(outage.where, outage.restored, Duration.ofNanos(clock.getAsLong() - outage.since));
            }
        }
    }
}
