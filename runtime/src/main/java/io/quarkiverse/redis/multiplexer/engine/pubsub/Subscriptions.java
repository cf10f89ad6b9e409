package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscription.State;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscription.Wish;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Brings what subscribers want and what the server knows together: finds out what the server has to be told, and answers the
 * calls that wait when it has confirmed. Each answer of the server costs the same, however many subscriptions there are; only
 * the loss of a connection and the start of a new one walk through all of them.
 * <p>
 * Used on the event loop of the hub.
 */
final class Subscriptions implements Exchanges.Listener {

    private final Failures failures;
    private final Telling telling;
    private final Refused refused;
    private final Interruptions interruptions;
    private final Afterwards afterwards;
    private final Map<SubscriptionKind, Map<String, Subscription>> byName = new EnumMap<>(SubscriptionKind.class);
    /** In the order of their deadlines. */
    private final Set<SubscriptionCall> calls = new LinkedHashSet<>();
    private int wanted;

    Subscriptions(Telling.Server server, Retries.Scheduler scheduler, ClientSettings settings, Failures failures,
            Interruptions interruptions, Afterwards afterwards) {
        this.failures = failures;
        this.interruptions = interruptions;
        this.afterwards = afterwards;
        this.refused = new Refused(scheduler, settings, failures, this::tellAgain);
        this.telling = new Telling(server, refused, this::onUnsent);
        for (SubscriptionKind kind : SubscriptionKind.values()) {
            byName.put(kind, new HashMap<>());
        }
    }

    /** How many channels and patterns somebody wants. */
    int wanted() {
        return wanted;
    }

    /** Whether there is anything to be done, or to be waited for. */
    boolean isEmpty() {
        return wanted == 0 && calls.isEmpty();
    }

    void subscribe(SubscriptionCall call) {
        for (String name : call.names) {
            Wish wish = call.subscriber.wish(call.kind, name);
            if (wish == null) {
                wish = wishFor(call.kind, name);
                call.subscriber.put(wish);
            }
            call.ask(wish);
            if (wish.subscription.isInForce()) {
                settleLeft(wish.subscription);
            } else {
                call.await(wish.subscription);
                // Whoever asks now wants to know now.
                refused.forget(wish.subscription);
            }
            telling.add(wish.subscription);
        }
        begin(call);
    }

    private Wish wishFor(SubscriptionKind kind, String name) {
        Subscription subscription = byName.get(kind).computeIfAbsent(name, added -> new Subscription(kind, added));
        if (!subscription.isWanted()) {
            wanted++;
        }
        return subscription.newWish();
    }

    void unsubscribe(SubscriptionCall call) {
        List<String> names = call.names.isEmpty() ? call.subscriber.wanted(call.kind) : call.names;
        for (String name : names) {
            Wish wish = call.subscriber.removeWish(call.kind, name);
            if (wish != null) {
                forget(wish);
                if (!wish.subscription.isWanted() && wish.subscription.state() != State.ABSENT) {
                    call.await(wish.subscription);
                }
            }
        }
        begin(call);
    }

    private void begin(SubscriptionCall call) {
        calls.add(call);
        call.subscriber.enqueue(call);
        answer(call.subscriber);
    }

    private void answer(Subscriber subscriber) {
        subscriber.answer(call -> {
            calls.remove(call);
            afterwards.add(call.failure() == null ? call.succeed() : call.fail(call.failure()));
        });
    }

    /** The connection of the subscriber has been closed. */
    void detach(Subscriber subscriber, Throwable cause) {
        subscriber.detach().forEach(call -> fail(call, cause));
        for (SubscriptionKind kind : SubscriptionKind.values()) {
            subscriber.wanted(kind).forEach(name -> forget(subscriber.removeWish(kind, name)));
        }
    }

    /** Ends a call, unless it has ended, and takes back what nobody else has asked for. */
    private void fail(SubscriptionCall call, Throwable cause) {
        if (calls.remove(call)) {
            afterwards.add(call.fail(cause));
            if (call.change == Change.UNSUBSCRIBE) {
                call.subscriber.leave(call);
            }
            for (Wish wish : call.wishes()) {
                if (wish.isVain() && call.subscriber.removeWish(wish)) {
                    forget(wish);
                } else {
                    review(wish.subscription);
                }
            }
            answer(call.subscriber);
        }
    }

    /** Whoever unsubscribes has left all the same, when it is its turn. */
    private void refuse(SubscriptionCall call, Throwable cause) {
        if (call.change == Change.SUBSCRIBE) {
            fail(call, cause);
        } else {
            call.settle(cause);
            answer(call.subscriber);
        }
    }

    void failAll(Throwable cause) {
        List.copyOf(calls).forEach(call -> fail(call, cause));
    }

    /** Fails the calls whose deadline has passed. */
    void expire(long now, Function<SubscriptionCall, Throwable> failure) {
        List<SubscriptionCall> overdue = new ArrayList<>();
        for (SubscriptionCall call : calls) {
            if (call.deadline - now > 0) {
                break;
            }
            overdue.add(call);
        }
        overdue.forEach(call -> fail(call, failure.apply(call)));
    }

    private void forget(Wish wish) {
        wish.subscription.forget(wish);
        if (!wish.subscription.isWanted()) {
            wanted--;
        }
        review(wish.subscription);
    }

    /** Something about it has changed: the server may have to be told, or there may be nothing left to know of it. */
    private void review(Subscription subscription) {
        if (!subscription.isNeeded()) {
            interruptions.forget(subscription);
            if (subscription.state() == State.ABSENT) {
                refused.forget(subscription);
                telling.remove(subscription);
                byName.get(subscription.kind).remove(subscription.name, subscription);
                return;
            }
        }
        telling.add(subscription);
    }

    /** Tells the server what it has to be told, as far as the connection takes it. */
    void tell() {
        telling.tell();
    }

    private void tellAgain(List<Subscription> due) {
        due.forEach(telling::add);
        tell();
        afterwards.run();
    }

    private void onUnsent(List<Subscription> names, Change change, Throwable cause) {
        Throwable failure = failures.rejected(names.get(0).kind.command(change).toString(), cause);
        for (Subscription subscription : names) {
            undo(subscription, change);
            subscription.calls(change).forEach(call -> refuse(call, failure));
            refused.forNow(subscription);
            review(subscription);
        }
    }

    /** The server has not done as it was told, or has not been told. */
    private void undo(Subscription subscription, Change change) {
        if (change == Change.SUBSCRIBE) {
            subscription.become(State.ABSENT);
            // Whoever has left meanwhile has nothing to wait for.
            settle(subscription, Change.UNSUBSCRIBE);
        } else {
            becomeInForce(subscription);
        }
    }

    private void becomeInForce(Subscription subscription) {
        subscription.become(State.IN_FORCE);
        settle(subscription, Change.SUBSCRIBE);
        settleLeft(subscription);
    }

    /** It stays in force for somebody else: whoever has left has nothing to wait for. */
    private void settleLeft(Subscription subscription) {
        if (subscription.isWanted()) {
            settle(subscription, Change.UNSUBSCRIBE);
        }
    }

    @Override
    public void confirmed(Subscription subscription, Change change) {
        if (change == Change.SUBSCRIBE) {
            becomeInForce(subscription);
            refused.accepted(subscription);
            interruptions.restored(subscription);
        } else {
            subscription.become(State.ABSENT);
            settle(subscription, Change.UNSUBSCRIBE);
        }
        review(subscription);
    }

    private void settle(Subscription subscription, Change change) {
        for (SubscriptionCall call : subscription.calls(change)) {
            call.settle(subscription);
            answer(call.subscriber);
        }
    }

    @Override
    public void refused(List<Subscription> names, Change change, ErrorType error) {
        names.forEach(subscription -> undo(subscription, change));
        if (refused.mayBeAboutOne(names, change, error)) {
            names.forEach(this::review);
            telling.tellHalves(names);
            return;
        }
        for (Subscription subscription : names) {
            List<SubscriptionCall> waiting = subscription.calls(change);
            waiting.forEach(call -> call.refused(error));
            if (refused.isToldToCallers(error)) {
                waiting.forEach(call -> refuse(call, error));
            }
            refused.decide(subscription, change, error);
            review(subscription);
        }
    }

    /** The server says by itself that a subscription has ended, as it does when a slot moves. */
    void endedByServer(SubscriptionKind kind, String name) {
        Subscription subscription = byName.get(kind).get(name);
        if (subscription != null && subscription.isInForce()) {
            lose(List.of(subscription));
            refused.forNow(subscription);
        }
    }

    private void lose(List<Subscription> lost) {
        for (Subscription subscription : lost) {
            if (subscription.isInForce() && subscription.isHeard()) {
                interruptions.begin(subscription);
            }
            subscription.become(State.ABSENT);
        }
        calls.forEach(SubscriptionCall::awaitAgain);
        for (Subscription subscription : lost) {
            settle(subscription, Change.UNSUBSCRIBE);
            review(subscription);
        }
    }

    /** With the connection, the server forgets everything. */
    void onLost() {
        refused.clear();
        List<Subscription> lost = all();
        lost.removeIf(subscription -> subscription.state() == State.ABSENT);
        lose(lost);
    }

    /** There is a connection on which nothing has been said yet. */
    void onReady() {
        all().forEach(telling::add);
        tell();
    }

    void deliver(SubscriptionKind kind, String name, Response message) {
        Subscription subscription = byName.get(kind).get(name);
        if (subscription != null) {
            for (Subscriber subscriber : subscription.hearers()) {
                subscriber.deliver(message);
            }
        }
    }

    /** The end of everything. @param cause what calls that wait are told */
    void end(Throwable cause) {
        Set<Subscriber> subscribers = new LinkedHashSet<>();
        all().forEach(subscription -> subscribers.addAll(List.of(subscription.hearers())));
        calls.forEach(call -> subscribers.add(call.subscriber));
        subscribers.forEach(subscriber -> {
            detach(subscriber, cause);
            subscriber.end();
        });
        refused.clear();
    }

    private List<Subscription> all() {
        List<Subscription> all = new ArrayList<>();
        byName.values().forEach(subscriptions -> all.addAll(subscriptions.values()));
        return all;
    }
}
