package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscription.State;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscription.Wish;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
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
    private final SubscriptionTable table;
    private final WaitingCalls calls = new WaitingCalls();
    private int wanted;

    Subscriptions(Telling.Servers servers, Retries.Scheduler scheduler, ClientSettings settings, Failures failures,
            Interruptions interruptions, Afterwards afterwards, FanOut fanOut) {
        this.table = new SubscriptionTable(fanOut);
        this.failures = failures;
        this.interruptions = interruptions;
        this.afterwards = afterwards;
        this.refused = new Refused(scheduler, settings, failures, this::tellAgain);
        this.telling = new Telling(servers, refused::contains, this::onUnsent);
    }

    /** Those that there are. */
    SubscriptionTable table() {
        return table;
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
        calls.add(call);
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
        Subscription subscription = table.getOrAdd(kind, name);
        int more = subscription.isWanted() ? 0 : 1;
        Wish wish = subscription.newWish();
        wanted += more;
        return wish;
    }

    void unsubscribe(SubscriptionCall call) {
        calls.add(call);
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
        call.subscriber.enqueue(call);
        answer(call.subscriber);
    }

    private void answer(Subscriber subscriber) {
        subscriber.answer(call -> {
            afterwards.add(call);
            calls.remove(call);
            call.end();
        });
    }

    /** The connection of the subscriber has ended. */
    void detach(Subscriber subscriber, Throwable cause) {
        subscriber.detach(cause).forEach(call -> fail(call, cause));
        for (SubscriptionKind kind : SubscriptionKind.values()) {
            subscriber.wanted(kind).forEach(name -> forget(subscriber.removeWish(kind, name)));
        }
    }

    /** Ends a call, unless it has ended, and takes back what nobody else has asked for. */
    void fail(SubscriptionCall call, Throwable cause) {
        if (!call.isEnded()) {
            // First what there may be no memory for: then it is done at the next look at deadlines.
            afterwards.add(call);
            calls.remove(call);
            call.fail(cause);
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

    /** Fails the calls that wait for one of these. */
    void failAll(Predicate<Subscription> subscriptions, Throwable cause) {
        calls.awaiting(subscriptions).forEach(call -> fail(call, cause));
    }

    /** Fails the calls whose deadline has passed. */
    void expire(long now, Function<SubscriptionCall, Throwable> failure) {
        calls.overdue(now).forEach(call -> fail(call, failure.apply(call)));
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
            if (subscription.state() == State.SUBSCRIBING && subscription.server().filter(Telling.Server::letsGo).isPresent()) {
                undo(subscription, Change.SUBSCRIBE);
            }
            if (subscription.state() == State.ABSENT) {
                refused.forget(subscription);
                telling.remove(subscription);
                table.remove(subscription);
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

    /** The server has not done it, because another one is to be told of it: at once, unless that has been said before. */
    void redirected(List<Subscription> names, Change change) {
        for (Subscription subscription : names) {
            if (change == Change.UNSUBSCRIBE) {
                // It has ended there, and nobody wants it elsewhere.
                confirmed(subscription, change);
                continue;
            }
            undo(subscription, change);
            if (subscription.redirected() > 1) {
                refused.forNow(subscription);
            }
            review(subscription);
        }
    }

    /** The server says by itself that a subscription has ended, as it does when a slot moves. */
    void endedByServer(SubscriptionKind kind, String name, Failures where) {
        table.find(kind, name).filter(Subscription::isInForce).ifPresent(subscription -> {
            lose(List.of(subscription), where);
            refused.forNow(subscription);
        });
    }

    /** The subscriptions are not in force any more. @param where the server that had them */
    void lose(List<Subscription> lost, Failures where) {
        for (Subscription subscription : lost) {
            if (subscription.isInForce() && !subscription.hearers().isEmpty()) {
                interruptions.begin(subscription, where);
            }
            subscription.become(State.ABSENT);
        }
        calls.awaitAgain();
        for (Subscription subscription : lost) {
            settle(subscription, Change.UNSUBSCRIBE);
            review(subscription);
        }
    }

    /** With a connection, the server forgets everything. @param carried what it carries, or would */
    void onLost(Predicate<Subscription> carried, Failures where) {
        List<Subscription> all = table.all(carried);
        refused.forgetAll(all);
        lose(all.stream().filter(subscription -> subscription.state() != State.ABSENT).toList(), where);
        all.forEach(this::review);
    }

    /** Others are to be told: at once, even of those that wait for their time. */
    void reroute(Predicate<Subscription> moved) {
        List<Subscription> all = table.all(moved);
        refused.forgetAll(all);
        all.forEach(telling::add);
        telling.reroute();
    }

    /** There is a connection on which nothing has been said yet. */
    void onReady() {
        table.all().forEach(telling::add);
        tell();
    }

    /** The end of everything. @param cause what calls that wait are told */
    void end(Throwable cause) {
        Set<Subscriber> subscribers = new LinkedHashSet<>();
        table.all().forEach(subscription -> subscribers.addAll(subscription.hearers().all()));
        calls.all().forEach(call -> subscribers.add(call.subscriber));
        subscribers.forEach(subscriber -> Guard.run("the end of a subscriber", () -> {
            detach(subscriber, cause);
            subscriber.end();
        }));
        refused.clear();
    }
}
