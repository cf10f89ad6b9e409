package io.quarkiverse.redis.multiplexer.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.NumberType;
import io.vertx.redis.client.impl.types.PushType;

/** One connection's part in the hub: what it is subscribed to, and where its messages go. Used on the hub's event loop. */
final class Subscriber {

    private final MessageStream messages;
    /** With whether the subscriber has been told that the server confirmed it. */
    private final Map<Subscription, Boolean> subscriptions = new LinkedHashMap<>();

    Subscriber(MessageStream messages) {
        this.messages = messages;
    }

    void join(Subscription subscription) {
        if (subscription.subscribers.add(this)) {
            subscriptions.put(subscription, false);
        }
        if (subscription.confirmed) {
            confirm(subscription);
        }
    }

    /** Tells the subscriber that it is subscribed, unless it has been told already. */
    void confirm(Subscription subscription) {
        if (Boolean.FALSE.equals(subscriptions.put(subscription, true))) {
            messages.add(event(subscription.kind.subscribe.toString(), subscription.name, count(subscription.kind)));
        }
    }

    void leave(Subscription subscription) {
        subscription.subscribers.remove(this);
        subscriptions.remove(subscription);
        messages.add(event(subscription.kind.unsubscribe.toString(), subscription.name, count(subscription.kind)));
    }

    /** The subscription has come to nothing. */
    void drop(Subscription subscription, Throwable cause) {
        subscription.subscribers.remove(this);
        if (Boolean.TRUE.equals(subscriptions.remove(subscription))) {
            // It had been confirmed, so no caller waits who could be told: it was refused on a new connection.
            messages.fail(cause);
        }
    }

    List<Subscription> subscriptions(SubscriptionKind kind) {
        List<Subscription> result = new ArrayList<>(subscriptions.keySet());
        result.removeIf(subscription -> subscription.kind != kind);
        return result;
    }

    List<Subscription> subscriptions() {
        return new ArrayList<>(subscriptions.keySet());
    }

    /** What the server says to one who unsubscribes from everything, subscribed to nothing. */
    void confirmNothingLeft(SubscriptionKind kind) {
        messages.add(event(kind.unsubscribe.toString(), null, count(kind)));
    }

    void deliver(Response message) {
        messages.add(message);
    }

    void end() {
        messages.end();
    }

    /** The server counts channels and patterns together, and sharded channels apart. */
    private long count(SubscriptionKind kind) {
        boolean shards = kind == SubscriptionKind.SHARD;
        return subscriptions.entrySet().stream()
                .filter(entry -> entry.getValue() && shards == (entry.getKey().kind == SubscriptionKind.SHARD)).count();
    }

    private static Response event(String what, String name, long count) {
        PushType event = PushType.create(3);
        event.add(bulk(what.getBytes(StandardCharsets.ISO_8859_1)));
        event.add(name == null ? null : bulk(name.getBytes(StandardCharsets.ISO_8859_1)));
        event.add(NumberType.create(count));
        return event;
    }

    private static Response bulk(byte[] bytes) {
        return BulkType.create(Buffer.buffer(bytes), false);
    }
}
