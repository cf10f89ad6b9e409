package io.quarkiverse.redis.multiplexer;

/**
 * Hears of what happens to a client's connections. Called on event loops: must not block, and must not throw.
 */
public interface MultiplexerListener {

    /** Hears nothing. */
    MultiplexerListener NONE = new MultiplexerListener() {
    };

    /** Subscriptions are in force again; messages may have been missed. */
    default void subscriptionRestored(SubscriptionRestored event) {
    }
}
