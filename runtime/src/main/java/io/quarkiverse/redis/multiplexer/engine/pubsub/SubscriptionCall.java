package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscription.Wish;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.vertx.core.Promise;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * One SUBSCRIBE or UNSUBSCRIBE of one connection, until it is answered. It is answered as a whole, when the server has
 * confirmed all of its names, and not before the calls that the connection has made earlier. As a task, it tells its caller how
 * it has ended, for which there is no memory needed then. Used on the event loop of the hub.
 */
final class SubscriptionCall implements Runnable {

    final Subscriber subscriber;
    final SubscriptionKind kind;
    final Change change;
    /** As the caller passed them, doubles too; none are all, for UNSUBSCRIBE. */
    final List<String> names;
    /** On the clock of {@link System#nanoTime()}. */
    final long deadline;
    private final Promise<Void> promise;
    private final Runnable onEnd;
    /** What the server has not confirmed yet. */
    private final Set<Subscription> awaited = new LinkedHashSet<>();
    /** Of a SUBSCRIBE: one for each name, doubles too. */
    private final List<Wish> wishes = new ArrayList<>();
    private boolean ended;
    private Throwable failure;
    private ErrorType refusal;

    /** @param onEnd run when it has ended, before the promise is completed */
    SubscriptionCall(Subscriber subscriber, SubscriptionKind kind, Change change, List<String> names, long deadline,
            Promise<Void> promise, Runnable onEnd) {
        this.subscriber = subscriber;
        this.kind = kind;
        this.change = change;
        this.names = names;
        this.deadline = deadline;
        this.promise = promise;
        this.onEnd = onEnd;
    }

    void ask(Wish wish) {
        wish.ask();
        wishes.add(wish);
    }

    List<Wish> wishes() {
        return wishes;
    }

    void await(Subscription subscription) {
        if (awaited.add(subscription)) {
            subscription.addCall(this);
        }
    }

    /** A connection has been lost: what had been confirmed on it has to be confirmed again, as long as it is wanted. */
    void awaitAgain() {
        for (Wish wish : wishes) {
            Subscription subscription = wish.subscription;
            if (!subscription.isInForce() && subscriber.wish(kind, subscription.name) == wish) {
                await(subscription);
            }
        }
    }

    void settle(Subscription subscription) {
        if (awaited.remove(subscription)) {
            subscription.removeCall(this);
        }
    }

    /** The server will not do it. Takes effect when it is its turn. */
    void settle(Throwable cause) {
        stopWaiting();
        failure = cause;
    }

    /** Whether it waits for one of these. */
    boolean awaits(Predicate<Subscription> subscriptions) {
        return awaited.stream().anyMatch(subscriptions);
    }

    /** The first one that it waits for. */
    Optional<Subscription> firstAwaited() {
        return awaited.stream().findFirst();
    }

    boolean isSettled() {
        return awaited.isEmpty();
    }

    /** @return why it has come to nothing; {@code null} if it has not */
    Throwable failure() {
        return failure;
    }

    boolean isEnded() {
        return ended;
    }

    /** The server can't do it now. */
    void refused(ErrorType error) {
        refusal = error;
    }

    /** @return why the server could not do it when it was last asked; {@code null} if it did not say so */
    ErrorType refusal() {
        return refusal;
    }

    /** Ends it, as it has been settled. The caller is to be told when the hub's own state has changed. */
    void end() {
        ended = true;
        for (int i = 0; i < wishes.size(); i++) {
            wishes.get(i).answer(failure == null);
        }
    }

    /** Ends it, whatever it waits for. The caller is to be told when the hub's own state has changed. */
    void fail(Throwable cause) {
        failure = cause;
        end();
        stopWaiting();
    }

    /** Tells the caller of the end. */
    @Override
    public void run() {
        Guard.run("to tell that a call has ended", onEnd);
        if (failure == null) {
            Guard.complete(promise, null);
        } else {
            Guard.fail(promise, failure);
        }
    }

    private void stopWaiting() {
        awaited.forEach(subscription -> subscription.removeCall(this));
        awaited.clear();
    }
}
