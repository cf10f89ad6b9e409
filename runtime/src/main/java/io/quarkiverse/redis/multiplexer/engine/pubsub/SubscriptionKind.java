package io.quarkiverse.redis.multiplexer.engine.pubsub;

import io.vertx.redis.client.Command;

/**
 * The three ways to subscribe
 * (<a href="https://redis.io/docs/latest/develop/interact/pubsub/">Redis Pub/Sub</a>), and the words for each.
 */
enum SubscriptionKind {

    CHANNEL(Command.SUBSCRIBE, Command.UNSUBSCRIBE, "message"),
    PATTERN(Command.PSUBSCRIBE, Command.PUNSUBSCRIBE, "pmessage"),
    SHARD(Command.SSUBSCRIBE, Command.SUNSUBSCRIBE, "smessage");

    private final Command subscribe;
    private final Command unsubscribe;
    /** The first element of a message. The second one is the name that was subscribed to. */
    final String message;
    /** The first element of a confirmation. */
    private final String subscribed;
    private final String unsubscribed;

    SubscriptionKind(Command subscribe, Command unsubscribe, String message) {
        this.subscribe = subscribe;
        this.unsubscribe = unsubscribe;
        this.message = message;
        this.subscribed = subscribe.toString();
        this.unsubscribed = unsubscribe.toString();
    }

    /** What is said about a subscription, by us and by the server. */
    enum Change {
        SUBSCRIBE,
        UNSUBSCRIBE
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

    /** @throws IllegalArgumentException if the command is not one of the six */
    static Change changeOf(Command command) {
        return of(command).subscribe.equals(command) ? Change.SUBSCRIBE : Change.UNSUBSCRIBE;
    }

    Command command(Change change) {
        return change == Change.SUBSCRIBE ? subscribe : unsubscribe;
    }

    /** The first element of what the server says when it has done as it was told. */
    String confirmation(Change change) {
        return change == Change.SUBSCRIBE ? subscribed : unsubscribed;
    }
}
