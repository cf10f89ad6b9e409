package io.quarkiverse.redis.multiplexer.engine.pubsub;

import io.vertx.redis.client.Response;

/**
 * Tells the channels of <a href="https://redis.io/docs/latest/develop/pubsub/keyspace-notifications/">keyspace
 * notifications</a> from others. A node tells of its own keys only, and only those who are subscribed at that node.
 */
final class KeyspaceChannel {

    private static final String KEYSPACE = "__keyspace@";
    private static final String KEYEVENT = "__keyevent@";
    /** With what a pattern begins that is meant for them, such as {@code __key*__:*}. */
    private static final String COMMON = "__key";

    private KeyspaceChannel() {
    }

    /** Whether a subscription is meant for such channels. */
    static boolean isWanted(Subscription subscription) {
        return switch (subscription.kind) {
            case CHANNEL -> isOne(subscription.name);
            case PATTERN -> isOne(subscription.name) || subscription.name.startsWith(COMMON)
                    && isWild(subscription.name);
            case SHARD -> false;
        };
    }

    private static boolean isWild(String pattern) {
        return pattern.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
    }

    private static boolean isOne(String channel) {
        return channel.startsWith(KEYSPACE) || channel.startsWith(KEYEVENT);
    }

    /** Whether a message has come by such a channel. @param message as it came, published messages only */
    static boolean carried(SubscriptionKind kind, Response message) {
        return isOne(String.valueOf(message.get(kind == SubscriptionKind.PATTERN ? 2 : 1)));
    }
}
