package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.vertx.core.Future;

/** What is asked of the server, and what callers are told, with a server and a clock that are driven by hand. */
class SubscriptionsTest {

    private final FakeHub hub = new FakeHub(new MultiplexerOptions());

    @Test
    void aCallIsAnsweredWhenAllOfItsNamesAreConfirmed() {
        FakeHub.Client client = hub.connect();
        Future<Void> call = client.subscribe("a", "b");
        assertEquals(List.of("SUBSCRIBE a b"), hub.sent());

        hub.confirm("a");
        assertFalse(call.isComplete());
        assertEquals(List.of(), client.heard());

        hub.confirm("b");
        assertTrue(call.succeeded());
        assertEquals(List.of("subscribe a 1", "subscribe b 2"), client.heard());
    }

    /** As a server does; see the program DuplicateSubscribe of the Vert.x client's differences. */
    @Test
    void eachNameOfACallHasItsOwnConfirmation() {
        FakeHub.Client client = hub.connect();
        client.subscribe("a", "a", "b");
        hub.confirmAll();
        client.subscribe("a");
        client.unsubscribe("a", "nosuch");
        hub.confirmAll();
        client.unsubscribe("nosuch");
        client.unsubscribe();
        hub.confirmAll();
        client.unsubscribe();

        assertEquals(List.of("subscribe a 1", "subscribe a 1", "subscribe b 2", "subscribe a 2", "unsubscribe a 1",
                "unsubscribe nosuch 1", "unsubscribe nosuch 1", "unsubscribe b 0", "unsubscribe null 0"), client.heard());
        assertEquals(0, hub.unanswered());
    }

    @Test
    void theCallsOfAConnectionAreAnsweredInTheirOrder() {
        FakeHub.Client other = hub.connect();
        other.subscribe("old");
        hub.confirmAll();
        FakeHub.Client client = hub.connect();
        Future<Void> first = client.subscribe("new");
        Future<Void> second = client.subscribe("old");
        Future<Void> third = client.unsubscribe("old");
        assertFalse(second.isComplete() || third.isComplete());

        hub.publish("old", "too early");
        hub.confirmAll();

        assertTrue(first.succeeded() && second.succeeded() && third.succeeded());
        assertEquals(List.of("subscribe new 1", "subscribe old 2", "unsubscribe old 1"), client.heard());
        assertEquals(List.of("subscribe old 1", "message old too early"), other.heard());
    }

    @Test
    void whatSomebodyElseWantsStaysInForce() {
        FakeHub.Client first = hub.connect();
        FakeHub.Client second = hub.connect();
        first.subscribe("a");
        second.subscribe("a");
        hub.confirmAll();
        assertTrue(first.unsubscribe("a").succeeded());
        assertEquals(List.of("SUBSCRIBE a"), hub.sent());

        Future<Void> last = second.unsubscribe("a");
        assertFalse(last.isComplete());
        hub.confirmAll();
        assertTrue(last.succeeded());
        assertEquals(List.of("SUBSCRIBE a", "UNSUBSCRIBE a"), hub.sent());
        assertEquals(0, hub.subscriptions.wanted());
    }

    @Test
    void oneCommandAtMostIsOnItsWayForAName() {
        FakeHub.Client client = hub.connect();
        List<Future<Void>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            calls.add(client.subscribe("a"));
            calls.add(client.unsubscribe("a"));
        }
        assertEquals(List.of("SUBSCRIBE a"), hub.sent());
        hub.confirmAll();

        calls.forEach(call -> assertTrue(call.succeeded()));
        assertEquals(20, client.heard().size());
        assertEquals(List.of("SUBSCRIBE a", "UNSUBSCRIBE a"), hub.sent());
        assertEquals(0, hub.subscriptions.wanted());
    }

    @Test
    void whatIsUnsubscribedBeforeItWasConfirmedIsConfirmedFirst() {
        FakeHub.Client client = hub.connect();
        Future<Void> subscribed = client.subscribe("a");
        Future<Void> unsubscribed = client.unsubscribe("a");
        Future<Void> again = client.subscribe("a");
        hub.confirm("a");

        assertTrue(subscribed.succeeded() && unsubscribed.succeeded() && again.succeeded());
        hub.publish("a", "x");
        assertEquals(List.of("subscribe a 1", "unsubscribe a 0", "subscribe a 1", "message a x"), client.heard());
    }

    @Test
    void whatIsSubscribedToWhileItIsBeingUnsubscribedIsSubscribedToAnew() {
        FakeHub.Client client = hub.connect();
        client.subscribe("a");
        hub.confirmAll();
        Future<Void> unsubscribed = client.unsubscribe("a");
        Future<Void> again = client.subscribe("a");
        hub.confirm("a");
        assertTrue(unsubscribed.succeeded());
        assertFalse(again.isComplete());
        hub.confirm("a");
        assertTrue(again.succeeded());
        assertEquals(List.of("SUBSCRIBE a", "UNSUBSCRIBE a", "SUBSCRIBE a"), hub.sent());
    }

    @Test
    void aNameThatIsRefusedFailsTheCallsThatHaveItAndNoOther() {
        FakeHub.Client client = hub.connect();
        FakeHub.Client other = hub.connect();
        hub.writable = false;
        Future<Void> bad = client.subscribe("a", "secret", "b");
        Future<Void> good = client.subscribe("c");
        Future<Void> others = other.subscribe("b", "d");
        hub.writable = true;
        hub.forbidden.add("secret");
        hub.settle();
        hub.confirmAll();

        assertEquals("NOPERM secret", bad.cause().getMessage());
        assertTrue(good.succeeded() && others.succeeded());
        assertEquals(List.of("subscribe c 1"), client.heard());
        assertEquals(List.of("subscribe b 1", "subscribe d 2"), other.heard());
        assertEquals(List.of("b", "c", "d"), hub.inForce(), "what the call had asked for besides is taken back");
        assertEquals(3, hub.subscriptions.wanted());
    }

    @Test
    void aCallThatFailsLeavesInForceWhatWasSo() {
        FakeHub.Client client = hub.connect();
        client.subscribe("a");
        hub.confirmAll();
        hub.forbidden.add("secret");
        Future<Void> call = client.subscribe("a", "secret");
        hub.confirmAll();
        assertTrue(call.failed());
        hub.publish("a", "x");
        assertEquals(List.of("subscribe a 1", "message a x"), client.heard());
        assertEquals(List.of("a"), hub.inForce());
    }

    @Test
    void aTemporaryErrorIsFollowedByAnotherAttempt() {
        for (String error : List.of("BUSY Redis is busy", "LOADING Redis is loading", "MASTERDOWN Link with MASTER is down",
                "CLUSTERDOWN Hash slot not served", "TRYAGAIN Multiple keys request during rehashing of slot")) {
            FakeHub.Client client = hub.connect();
            Future<Void> call = client.subscribe(error);
            hub.refuse(error);
            assertFalse(call.isComplete());
            hub.runTimers();
            hub.refuse(error);
            hub.runTimers();
            hub.confirmAll();
            assertTrue(call.succeeded(), error);
        }
    }

    @Test
    void anyOtherErrorIsTheCallers() {
        for (String error : List.of("NOPERM no", "CROSSSLOT no", "MOVED 1 host:1", "ERR unknown command", "BUSYGROUP no")) {
            Future<Void> call = hub.connect().subscribe("a");
            hub.refuse(error);
            assertEquals(error, call.cause().getMessage());
            assertEquals(0, hub.timers());
            assertEquals(0, hub.subscriptions.wanted());
        }
    }

    @Test
    void whoFailsFastIsToldATemporaryErrorAtOnce() {
        FakeHub fast = new FakeHub(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
        Future<Void> call = fast.connect().subscribe("a");
        fast.refuse("BUSY Redis is busy");
        assertEquals("BUSY Redis is busy", call.cause().getMessage());
        assertEquals(0, fast.subscriptions.wanted());
    }

    @Test
    void aTemporaryErrorLastsNoLongerThanTheDeadlineOfTheCall() {
        Future<Void> call = hub.connect().subscribe("a");
        hub.refuse("BUSY Redis is busy");
        hub.expire();
        assertTrue(call.failed());
        assertEquals(0, hub.subscriptions.wanted());
        hub.runTimers();
        assertEquals(List.of("SUBSCRIBE a"), hub.sent(), "nobody wants it any more");
    }

    @Test
    void aSubscriptionThatWasInForceIsTriedAgainForEverWhateverTheError() {
        for (String error : List.of("BUSY Redis is busy", "NOPERM no permission for now", "ERR of a proxy")) {
            FakeHub own = new FakeHub(new MultiplexerOptions());
            FakeHub.Client client = own.connect();
            client.subscribe("a");
            own.confirmAll();
            own.reconnect();
            for (int i = 0; i < 20; i++) {
                own.refuse(error);
                own.expire();
                own.runTimers();
            }
            assertEquals(1, own.subscriptions.wanted());
            own.confirmAll();
            own.publish("a", "x");

            List<String> expected = new ArrayList<>(List.of("subscribe a 1", "message a x"));
            if (!error.startsWith("BUSY")) {
                expected.add(1, "failure " + error);
            }
            assertEquals(expected, client.heard(), "Who hears it is told once if somebody has to act");
            assertEquals(List.of("restored 1"), own.outages());
        }
    }

    @Test
    void whoAsksForWhatIsRefusedIsToldAtOnce() {
        FakeHub.Client client = hub.connect();
        client.subscribe("a");
        hub.confirmAll();
        hub.reconnect();
        hub.refuse("NOPERM no");
        Future<Void> other = hub.connect().subscribe("a");
        hub.refuse("NOPERM still not");
        assertEquals("NOPERM still not", other.cause().getMessage());
        hub.runTimers();
        hub.confirmAll();
        assertEquals(List.of("a"), hub.inForce());
    }

    @Test
    void aRefusedUnsubscribeIsTriedAgain() {
        FakeHub.Client client = hub.connect();
        client.subscribe("a");
        hub.confirmAll();
        Future<Void> busy = client.unsubscribe("a");
        hub.refuse("BUSY Redis is busy");
        assertFalse(busy.isComplete());
        hub.runTimers();
        hub.confirmAll();
        assertTrue(busy.succeeded());
        assertEquals(List.of(), hub.inForce());
    }

    @Test
    void whoMayNotUnsubscribeIsToldAndHearsNoMore() {
        FakeHub.Client client = hub.connect();
        client.subscribe("a");
        hub.confirmAll();
        Future<Void> call = client.unsubscribe("a");
        hub.refuse("NOPERM no");
        assertTrue(call.failed());
        hub.publish("a", "x");
        assertEquals(List.of("subscribe a 1"), client.heard());

        Future<Void> again = client.subscribe("a");
        hub.publish("a", "y");
        assertTrue(again.succeeded(), "it is in force there all the time");
        assertEquals(List.of("subscribe a 1", "subscribe a 1", "message a y"), client.heard());
    }
}
