package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.vertx.core.Future;

/** What becomes of subscriptions and calls when connections come and go, with a server and a clock that are driven by hand. */
class SubscriptionsLossTest {

    private final FakeHub hub = new FakeHub(new MultiplexerOptions());

    @Test
    void allIsSubscribedToAgainOnANewConnection() {
        FakeHub.Client client = hub.connect();
        client.subscribe("a", "b");
        hub.confirmAll();
        Future<Void> pending = client.subscribe("c");
        Future<Void> leaving = client.unsubscribe("b");
        hub.lose();
        assertFalse(pending.isComplete(), "it is asked for on the next connection");
        assertFalse(leaving.isComplete(), "it is the turn of the one before it");
        hub.ready();
        hub.confirmAll();

        assertTrue(pending.succeeded() && leaving.succeeded());
        assertEquals(List.of("a", "c"), hub.inForce());
        assertEquals(List.of("subscribe a 1", "subscribe b 2", "subscribe c 3", "unsubscribe b 2"), client.heard());
        assertEquals(List.of("restored 1"), hub.outages());
    }

    @Test
    void whoCannotBeToldForWantOfMemoryIsToldInATaskOrAtTheNextLookAtDeadlines() {
        FakeHub.Client client = hub.connect();
        Future<Void> soon = client.subscribe("a");
        hub.lacks = 1;
        hub.expire();
        assertTrue(soon.failed());

        Future<Void> later = client.subscribe("b");
        hub.lacks = 2;
        assertThrows(InternalError.class, hub::expire);
        assertFalse(later.isComplete());
        hub.expire();
        assertTrue(later.failed());

        Future<Void> confirmed = client.subscribe("c");
        hub.lacks = 1;
        hub.confirmAll();
        assertTrue(confirmed.succeeded());
    }

    @Test
    void theEndOfOneSubscriberThatFailsIsNotThatOfTheOthers() {
        FakeHub.Client first = hub.connect();
        FakeHub.Client second = hub.connect();
        first.subscribe("a");
        second.subscribe("a");
        hub.confirmAll();
        hub.lacks = 1;
        hub.end(new IllegalStateException("stopped"));
        assertEquals(1, Stream.of(first, second).filter(client -> client.heard().contains("end")).count());
    }

    @Test
    void whatHadBeenConfirmedOfACallIsConfirmedAgainAfterALoss() {
        FakeHub.Client client = hub.connect();
        Future<Void> call = client.subscribe("a", "b");
        hub.confirm("a");
        hub.reconnect();
        hub.confirm("b");
        assertFalse(call.isComplete(), "a is not in force on this connection");
        hub.confirmAll();
        assertTrue(call.succeeded());
    }

    @Test
    void withoutAConnectionUnsubscribingWaitsForNothingButItsTurn() {
        FakeHub.Client client = hub.connect();
        client.subscribe("a");
        hub.confirmAll();
        hub.lose();
        assertTrue(client.unsubscribe("a").succeeded());
        Future<Void> subscribed = client.subscribe("b");
        Future<Void> unsubscribed = client.unsubscribe("b");
        hub.expire();
        assertTrue(subscribed.failed());
        assertTrue(unsubscribed.isComplete());
        hub.ready();
        assertEquals(List.of("SUBSCRIBE a"), hub.sent());
    }

    @Test
    void whatWasNeverInForceCanBeSubscribedToAndUnsubscribedFromBeforeThereIsAConnection() {
        hub.lose();
        FakeHub.Client client = hub.connect();
        Future<Void> subscribed = client.subscribe("a");
        Future<Void> unsubscribed = client.unsubscribe("a");
        hub.ready();
        hub.confirmAll();
        assertTrue(subscribed.succeeded() && unsubscribed.succeeded());
        assertEquals(List.of("subscribe a 1", "unsubscribe a 0"), client.heard());
        assertEquals(List.of(), hub.inForce());
    }

    @Test
    void aConnectionThatIsClosedHasAllOfItsCallsEnded() {
        for (boolean connected : List.of(true, false)) {
            FakeHub own = new FakeHub(new MultiplexerOptions());
            FakeHub.Client client = own.connect();
            client.subscribe("a");
            own.confirmAll();
            if (!connected) {
                own.lose();
            }
            List<Future<Void>> calls = List.of(client.subscribe("b"), client.unsubscribe("a"), client.subscribe("a"),
                    client.unsubscribe());
            client.close();
            calls.forEach(call -> assertTrue(call.isComplete()));
            if (!connected) {
                own.ready();
            }
            own.confirmAll();
            assertEquals(List.of("subscribe a 1"), client.heard(), "and hears nothing of it");
            assertEquals(List.of(), own.inForce());
            assertEquals(0, own.subscriptions.wanted());
        }
    }

    @Test
    void theEndFailsEveryCallAndEndsEverySubscriber() {
        FakeHub.Client client = hub.connect();
        FakeHub.Client other = hub.connect();
        client.subscribe("a");
        hub.confirmAll();
        Future<Void> subscribing = other.subscribe("b");
        Future<Void> unsubscribing = client.unsubscribe("a");
        RuntimeException stopped = new RuntimeException("stopped");
        hub.end(stopped);
        assertSame(stopped, subscribing.cause());
        assertSame(stopped, unsubscribing.cause());
        assertEquals(List.of("subscribe a 1", "end"), client.heard());
        assertEquals(List.of("end"), other.heard());
        assertEquals(0, hub.subscriptions.wanted());
    }

    @Test
    void aSubscriptionThatTheServerEndsByItselfIsSubscribedToAgain() {
        FakeHub.Client client = hub.connect();
        client.subscribe("a");
        hub.confirmAll();
        hub.endByServer("a");
        assertEquals(List.of("SUBSCRIBE a"), hub.sent(), "not at once: it may do so again");
        hub.runTimers();
        hub.confirmAll();
        hub.publish("a", "x");
        assertEquals(List.of("subscribe a 1", "message a x"), client.heard());
        assertEquals(List.of("restored 1"), hub.outages());
    }

    @Test
    void whatCannotBeSentFailsItsCallsAndNoOther() {
        FakeHub.Client client = hub.connect();
        hub.thrown = new OutOfMemoryError("no memory for that");
        Future<Void> call = client.subscribe("a");
        assertSame(hub.thrown, call.cause().getCause());
        assertTrue(call.cause().getMessage().contains("has sent nothing of it"), call.cause().getMessage());
        hub.thrown = null;
        Future<Void> next = client.subscribe("b");
        hub.confirmAll();
        assertTrue(next.succeeded());
        assertEquals(List.of("b"), hub.inForce());
    }

    @Test
    void aSubscriptionThatWasInForceSurvivesThatItCannotBeSent() {
        FakeHub.Client client = hub.connect();
        client.subscribe("a");
        hub.confirmAll();
        hub.thrown = new OutOfMemoryError("not now");
        hub.reconnect();
        hub.thrown = null;
        hub.runTimers();
        hub.confirmAll();
        assertEquals(List.of("a"), hub.inForce());
        Future<Void> leaving;
        hub.thrown = new OutOfMemoryError("not now");
        leaving = client.unsubscribe("a");
        hub.thrown = null;
        assertTrue(leaving.failed());
        hub.runTimers();
        hub.confirmAll();
        assertEquals(List.of(), hub.inForce());
    }
}
