package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscription.State;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.vertx.core.Promise;

class WaitingCallsTest {

    private final WaitingCalls calls = new WaitingCalls();
    private final SubscriptionTable table = new SubscriptionTable(new FanOut(Runnable::run));
    private final Listening listening = new Listening();

    @Test
    void thoseWhoseTimeIsOverAreTheFirst() {
        SubscriptionCall first = call(1, "a");
        SubscriptionCall second = call(2, "a");
        SubscriptionCall third = call(3, "a");
        assertEquals(List.of(), calls.overdue(0));
        assertEquals(List.of(first, second), calls.overdue(2));
        assertTrue(calls.remove(second));
        assertFalse(calls.remove(second));
        assertEquals(List.of(first, third), calls.all());
        assertFalse(calls.isEmpty());
    }

    @Test
    void thoseThatWaitForOneAreFound() {
        SubscriptionCall a = call(1, "a");
        call(1, "b");
        assertEquals(List.of(a), calls.awaiting(subscription -> subscription.name.equals("a")));
        assertEquals("a", a.firstAwaited().orElseThrow().name);
    }

    @Test
    void whatWasConfirmedAndIsLostIsWaitedForAgain() {
        SubscriptionCall call = call(1, "a");
        Subscription subscription = table.find(SubscriptionKind.CHANNEL, "a").orElseThrow();
        subscription.tell(Telling.NOBODY, Change.SUBSCRIBE);
        subscription.become(State.IN_FORCE);
        call.settle(subscription);
        assertTrue(call.isSettled());
        subscription.become(State.ABSENT);
        calls.awaitAgain();
        assertFalse(call.isSettled());
    }

    private SubscriptionCall call(long deadline, String name) {
        SubscriptionCall call = new SubscriptionCall(listening.subscriber, SubscriptionKind.CHANNEL, Change.SUBSCRIBE,
                List.of(name), deadline, Promise.promise(), () -> {
                });
        Subscription.Wish wish = table.getOrAdd(SubscriptionKind.CHANNEL, name).newWish();
        listening.subscriber.put(wish);
        call.ask(wish);
        call.await(wish.subscription);
        calls.add(call);
        return call;
    }
}
