package io.quarkiverse.redis.multiplexer.engine;

import io.vertx.redis.client.Command;

/**
 * The three ways to subscribe
 * (<a href="https://redis.io/docs/latest/develop/interact/pubsub/">Redis Pub/Sub</a>), and the words for each.
 */
enum SubscriptionKind {

    CHANNEL(Command.SUBSCRIBE, Command.UNSUBSCRIBE, "message"),
    PATTERN(Command.PSUBSCRIBE, Command.PUNSUBSCRIBE, "pmessage"),
    SHARD(Command.SSUBSCRIBE, Command.SUNSUBSCRIBE, "smessage");

    final Command subscribe;
    final Command unsubscribe;
    /** The first element of a message. The second one is the name that was subscribed to. */
    final String message;

    SubscriptionKind(Command subscribe, Command unsubscribe, String message) {
        this.subscribe = subscribe;
        this.unsubscribe = unsubscribe;
        this.message = message;
    }

    /** @throws IllegalArgumentException if the command is not one of the six */
    static SubscriptionKind of(Command command) {
        for (SubscriptionKind kind : values()) {
            if (kind.subscribe.equals(command) || kind.unsubscribe.equals(command)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(command + " is not about subscriptions");
    }

    boolean isSubscribe(Command command) {
        return subscribe.equals(command);
    }
}
