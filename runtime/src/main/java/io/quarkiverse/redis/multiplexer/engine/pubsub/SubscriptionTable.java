package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import io.vertx.redis.client.Response;

/** The subscriptions that a hub knows, by kind and name. Used on the event loop of the hub. */
final class SubscriptionTable {

    private final Map<SubscriptionKind, Map<String, Subscription>> byName = new EnumMap<>(SubscriptionKind.class);
    private final FanOut fanOut;

    SubscriptionTable(FanOut fanOut) {
        this.fanOut = fanOut;
        for (SubscriptionKind kind : SubscriptionKind.values()) {
            byName.put(kind, new HashMap<>());
        }
    }

    Subscription getOrAdd(SubscriptionKind kind, String name) {
        return byName.get(kind).computeIfAbsent(name, added -> new Subscription(kind, added));
    }

    Optional<Subscription> find(SubscriptionKind kind, String name) {
        return Optional.ofNullable(byName.get(kind).get(name));
    }

    void remove(Subscription subscription) {
        byName.get(subscription.kind).remove(subscription.name, subscription);
    }

    /** All of them: a copy. */
    List<Subscription> all() {
        List<Subscription> all = new ArrayList<>();
        byName.values().forEach(subscriptions -> all.addAll(subscriptions.values()));
        return all;
    }

    /** Those of which this is true: a copy. */
    List<Subscription> all(Predicate<Subscription> filter) {
        List<Subscription> all = all();
        all.removeIf(filter.negate());
        return all;
    }

    /** Whether this is true of one of them. */
    boolean isAny(Predicate<Subscription> filter) {
        return byName.values().stream().anyMatch(subscriptions -> subscriptions.values().stream().anyMatch(filter));
    }

    /** Tells all who hear one of these, each once, of what they may have missed. */
    void fail(Predicate<Subscription> filter, Throwable cause) {
        Set<Subscriber> hearers = new LinkedHashSet<>();
        all(filter).forEach(subscription -> hearers.addAll(subscription.hearers().all()));
        hearers.forEach(subscriber -> subscriber.fail(cause));
    }

    /** Hands a message to all who hear the subscription, soon. */
    void deliver(SubscriptionKind kind, String name, Response message) {
        Subscription subscription = byName.get(kind).get(name);
        if (subscription != null) {
            fanOut.add(subscription.hearers(), message);
        }
    }
}
