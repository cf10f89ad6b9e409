package io.quarkiverse.redis.multiplexer.engine;

import java.util.HashSet;
import java.util.Set;

import io.vertx.core.Promise;
import io.vertx.redis.client.Command;

/** A caller who waits for the server to confirm what it has been told about some subscriptions. */
final class SubscriptionCall {

    final Command command;
    final Subscriber subscriber;
    final long deadline;
    private final Promise<Void> promise;
    private final Set<Subscription> unsettled = new HashSet<>();

    SubscriptionCall(Command command, Subscriber subscriber, long deadline, Promise<Void> promise) {
        this.command = command;
        this.subscriber = subscriber;
        this.deadline = deadline;
        this.promise = promise;
    }

    void waitFor(Subscription subscription) {
        unsettled.add(subscription);
        subscription.calls.add(this);
    }

    void settle(Subscription subscription) {
        unsettled.remove(subscription);
        completeIfSettled();
    }

    void completeIfSettled() {
        if (unsettled.isEmpty()) {
            promise.tryComplete();
        }
    }

    boolean isDone() {
        return promise.future().isComplete();
    }

    Set<Subscription> unsettled() {
        return Set.copyOf(unsettled);
    }

    void fail(Throwable cause) {
        promise.tryFail(cause);
    }
}
