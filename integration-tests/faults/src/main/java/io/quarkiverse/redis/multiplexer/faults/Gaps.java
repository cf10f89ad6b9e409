package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.quarkiverse.redis.multiplexer.MultiplexerListener;
import io.quarkiverse.redis.multiplexer.SubscriptionRestored;

/** Passes on to subscribers what our client tells of messages that may have been missed. */
final class Gaps implements MultiplexerListener {

    private final List<Runnable> subscribers = new CopyOnWriteArrayList<>();

    void add(Runnable subscriber) {
        subscribers.add(subscriber);
    }

    @Override
    public void subscriptionRestored(SubscriptionRestored event) {
        subscribers.forEach(Runnable::run);
    }
}
