package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;

/**
 * The subscriptions that have been in force and are not now, because a connection was lost, or the server ended them. Those
 * that one server had may come to different ones, which takes each its time: for those that have come to one of these, the
 * outage is
 * over when no other one is on its way there. Used on the event loop of the hub.
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

    /** Those that have come to one server, and that nobody has been told of. */
    private static final class Arrivals {

        int count;
        /** One that is on its way there, if it still is. As long as there is one, no others are looked for. */
        Optional<Subscription> awaited = Optional.empty();
    }

    private static final class Outage {

        final Failures where;
        final long since;
        final Set<Subscription> open = new LinkedHashSet<>();
        final Map<Telling.Server, Arrivals> arrivals = new LinkedHashMap<>();

        Outage(Failures where, long since) {
            this.where = where;
            this.since = since;
        }
    }

    private final Telling.Servers servers;
    private final Listener listener;
    private final LongSupplier clock;
    private final Map<Failures, Outage> outages = new IdentityHashMap<>();
    private final Map<Subscription, Outage> interrupted = new HashMap<>();

    /**
     * @param servers knows where subscriptions are, or go
     * @param clock {@link System#nanoTime()}
     */
    Interruptions(Telling.Servers servers, Listener listener, LongSupplier clock) {
        this.servers = servers;
        this.listener = listener;
        this.clock = clock;
    }

    /** @param where the server that had it, always the same object for the same server */
    void begin(Subscription subscription, Failures where) {
        interrupted.computeIfAbsent(subscription, added -> {
            Outage outage = outages.computeIfAbsent(where, first -> new Outage(first, clock.getAsLong()));
            outage.open.add(subscription);
            return outage;
        });
    }

    /** The subscription is in force again. */
    void restored(Subscription subscription) {
        Outage outage = interrupted.remove(subscription);
        if (outage != null) {
            outage.arrivals.computeIfAbsent(servers.of(subscription), first -> new Arrivals()).count++;
            closeOne(outage, subscription);
        }
    }

    /** Nobody wants the subscription any more. */
    void forget(Subscription subscription) {
        Outage outage = interrupted.remove(subscription);
        if (outage != null) {
            closeOne(outage, subscription);
        }
    }

    private void closeOne(Outage outage, Subscription subscription) {
        outage.open.remove(subscription);
        if (outage.open.isEmpty()) {
            outages.remove(outage.where);
        }
        for (var all = outage.arrivals.entrySet().iterator(); all.hasNext();) {
            Map.Entry<Telling.Server, Arrivals> next = all.next();
            if (isComplete(outage, next.getKey(), next.getValue())) {
                all.remove();
                listener.restored(outage.where, next.getValue().count, Duration.ofNanos(clock.getAsLong() - outage.since));
            }
        }
    }

    private boolean isComplete(Outage outage, Telling.Server server, Arrivals arrivals) {
        if (arrivals.awaited.filter(awaited -> outage.open.contains(awaited) && servers.of(awaited) == server).isEmpty()) {
            // The last one: others are confirmed before it.
            arrivals.awaited = outage.open.stream().filter(open -> servers.of(open) == server).reduce((one, next) -> next);
        }
        return arrivals.awaited.isEmpty();
    }
}
