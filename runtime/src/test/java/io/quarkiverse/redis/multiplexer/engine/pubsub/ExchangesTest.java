package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.vertx.redis.client.impl.types.ErrorType;

/** Which answer belongs to what, driven by hand. */
class ExchangesTest {

    private final List<String> heard = new ArrayList<>();
    private int answered;
    private final Exchanges exchanges = new Exchanges(new Exchanges.Connection() {
        @Override
        public void outOfOrder() {
            heard.add("out of order");
        }

        @Override
        public void answered() {
            answered++;
        }
    }, new Exchanges.Listener() {
        @Override
        public void confirmed(Subscription subscription, Change change) {
            heard.add(change + " " + subscription.name);
        }

        @Override
        public void refused(List<Subscription> names, Change change, ErrorType error) {
            heard.add(change + " " + names.stream().map(subscription -> subscription.name).toList() + " " + error.getMessage());
        }
    });

    @Test
    void eachNameIsConfirmedByItself() {
        told(Change.SUBSCRIBE, "a", "b");
        told(Change.UNSUBSCRIBE, "a");

        assertTrue(confirmed(Change.SUBSCRIBE, "a"));
        assertTrue(confirmed(Change.SUBSCRIBE, "b"));
        assertTrue(confirmed(Change.UNSUBSCRIBE, "a"));

        assertHeard("SUBSCRIBE a", "SUBSCRIBE b", "UNSUBSCRIBE a");
        assertTrue(exchanges.isEmpty());
    }

    @Test
    void anErrorIsThatOfTheOldestExchange() {
        told(Change.SUBSCRIBE, "a", "b");
        told(Change.SUBSCRIBE, "c");
        told(Change.UNSUBSCRIBE, "d");

        assertTrue(error("NOPERM"));
        assertTrue(confirmed(Change.SUBSCRIBE, "c"));
        assertTrue(error("BUSY"));

        assertHeard("SUBSCRIBE [a, b] NOPERM", "SUBSCRIBE c", "UNSUBSCRIBE [d] BUSY");
        assertTrue(exchanges.isEmpty());
    }

    @Test
    void theErrorOfASubscribeIsNotThatOfThePingBehindIt() {
        told(Change.SUBSCRIBE, "a");
        exchanges.pinged();

        assertTrue(error("NOPERM"));
        assertTrue(exchanges.isPinging());
        exchanges.onReply();

        assertHeard("SUBSCRIBE [a] NOPERM");
        assertTrue(exchanges.isEmpty());
    }

    @Test
    void theErrorOfAPingIsNotThatOfTheSubscribeBehindIt() {
        exchanges.pinged();
        told(Change.SUBSCRIBE, "a");

        assertTrue(error("NOPERM this user has no permissions to run the 'ping' command"));
        assertHeard();
        assertTrue(confirmed(Change.SUBSCRIBE, "a"));

        assertHeard("SUBSCRIBE a");
        assertTrue(exchanges.isEmpty());
    }

    @Test
    void pingsAreAnsweredInFrontOfBehindAndBetweenOthers() {
        exchanges.pinged();
        told(Change.SUBSCRIBE, "a");
        exchanges.pinged();
        told(Change.SUBSCRIBE, "b");
        exchanges.pinged();

        exchanges.onReply();
        confirmed(Change.SUBSCRIBE, "a");
        exchanges.onReply();
        error("NOPERM");
        exchanges.onReply();

        assertHeard("SUBSCRIBE a", "SUBSCRIBE [b] NOPERM");
        assertTrue(exchanges.isEmpty());
        assertFalse(exchanges.isPinging());
        assertEquals(5, answered);
    }

    @Test
    void whatWasConfirmedBeforeTheErrorIsNotRefused() {
        told(Change.SUBSCRIBE, "a", "b", "c");

        confirmed(Change.SUBSCRIBE, "a");
        error("CROSSSLOT");

        assertHeard("SUBSCRIBE a", "SUBSCRIBE [b, c] CROSSSLOT");
        assertTrue(exchanges.isEmpty());
    }

    @Test
    void theSameNameInSeveralExchangesIsConfirmedInTheirOrder() {
        told(Change.SUBSCRIBE, "a");
        told(Change.UNSUBSCRIBE, "a");
        told(Change.SUBSCRIBE, "a");

        confirmed(Change.SUBSCRIBE, "a");
        confirmed(Change.UNSUBSCRIBE, "a");
        error("BUSY");

        assertHeard("SUBSCRIBE a", "UNSUBSCRIBE a", "SUBSCRIBE [a] BUSY");
    }

    @Test
    void aPingThatIsLeftOutCostsNothing() {
        exchanges.pinged();
        told(Change.SUBSCRIBE, "a");
        told(Change.SUBSCRIBE, "b");

        confirmed(Change.SUBSCRIBE, "a");
        assertFalse(exchanges.isPinging());
        assertEquals(2, answered, "nobody must wait for it for ever");
        error("NOPERM");

        assertHeard("SUBSCRIBE a", "SUBSCRIBE [b] NOPERM");
    }

    @Test
    void anAnswerThatIsLeftOutIsNoticedByTheNextOne() {
        told(Change.SUBSCRIBE, "a");
        told(Change.SUBSCRIBE, "b");
        confirmed(Change.SUBSCRIBE, "b");
        assertHeard("out of order");
    }

    @Test
    void anAnswerThatIsLeftOutIsNoticedByThatOfAPing() {
        told(Change.SUBSCRIBE, "a");
        exchanges.pinged();
        exchanges.onReply();
        assertHeard("out of order");
    }

    @Test
    void whatAnswersNothingIsNobodys() {
        assertFalse(error("ERR what was that"));
        assertFalse(confirmed(Change.UNSUBSCRIBE, "a"));
        exchanges.onReply();
        told(Change.UNSUBSCRIBE, "b");
        assertFalse(confirmed(Change.UNSUBSCRIBE, "a"), "the server has ended it by itself");
        assertFalse(exchanges.onConfirmation(SubscriptionKind.PATTERN, Change.UNSUBSCRIBE, "b"), "another kind");
        assertFalse(exchanges.onConfirmation(SubscriptionKind.CHANNEL, Change.SUBSCRIBE, "b"), "another change");
        assertHeard();
    }

    @Test
    void whatCouldNotBeSentIsTakenBack() {
        told(Change.SUBSCRIBE, "a");
        told(Change.SUBSCRIBE, "b");
        exchanges.takeBackLatest();
        exchanges.pinged();
        exchanges.takeBackLatest();

        assertFalse(exchanges.isPinging());
        confirmed(Change.SUBSCRIBE, "a");
        assertTrue(exchanges.isEmpty());
    }

    @Test
    void theEndOfTheConnectionForgetsAll() {
        exchanges.pinged();
        told(Change.SUBSCRIBE, "a");
        exchanges.clear();

        assertTrue(exchanges.isEmpty());
        assertFalse(exchanges.isPinging());
        assertFalse(error("NOPERM"));
        assertHeard();
    }

    private void told(Change change, String... names) {
        exchanges.told(SubscriptionKind.CHANNEL, change,
                Stream.of(names).map(name -> new Subscription(SubscriptionKind.CHANNEL, name)).toList());
    }

    private boolean confirmed(Change change, String name) {
        return exchanges.onConfirmation(SubscriptionKind.CHANNEL, change, name);
    }

    private boolean error(String message) {
        return exchanges.onError(ErrorType.create(message));
    }

    private void assertHeard(String... expected) {
        assertEquals(List.of(expected), heard);
    }
}
