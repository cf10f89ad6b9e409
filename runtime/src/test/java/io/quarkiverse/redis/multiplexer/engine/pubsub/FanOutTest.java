package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.vertx.redis.client.impl.types.SimpleStringType;

/** The event loop and those who hear by hand. */
class FanOutTest {

    private final Queue<Runnable> loop = new ArrayDeque<>();
    private boolean loopEnded;
    private final FanOut fanOut = new FanOut(this::execute);
    private final Hearer one = new Hearer();
    private final Hearer other = new Hearer();
    private final Subscription both = subscription("both", one, other);
    private final Subscription onlyOne = subscription("one", one);

    /** Messages that come at once are in one line. */
    private static final class Hearer extends Listening {

        @Override
        public void add(MessageRun run, Deliveries deliveries) {
            hear(String.join(" ", IntStream.range(0, run.size()).mapToObj(i -> run.get(i).message().toString()).toList()));
        }
    }

    private void execute(Runnable task) {
        if (loopEnded) {
            throw new RejectedExecutionException("by hand");
        }
        loop.add(task);
    }

    private static Subscription subscription(String name, Hearer... hearers) {
        Subscription subscription = new Subscription(SubscriptionKind.CHANNEL, name);
        for (Hearer hearer : hearers) {
            hearer.subscriber.startHearing(subscription);
        }
        return subscription;
    }

    private void say(Subscription subscription, String... messages) {
        for (String message : messages) {
            fanOut.add(subscription.hearers(), SimpleStringType.create(message));
        }
    }

    private void endTurn() {
        loop.remove().run();
    }

    @Test
    void whatComesInATurnIsHandedOverAtItsEndToEachInTheOrderOfTheServer() {
        say(both, "a");
        say(onlyOne, "b");
        say(both, "c");
        assertEquals(List.of(), one.heard());

        endTurn();
        assertEquals(List.of("a b c"), one.heard());
        assertEquals(List.of("a c"), other.heard());
        assertEquals(0, loop.size(), "once for all");

        say(onlyOne, "d");
        endTurn();
        assertEquals(List.of("a b c", "d"), one.heard());
        assertEquals(List.of("a c"), other.heard());
    }

    @Test
    void manyAreHandedOverBeforeTheTurnIsOver() {
        say(both, Collections.nCopies(FanOut.MAX_AT_ONCE, "x").toArray(String[]::new));
        assertEquals(List.of("x ".repeat(FanOut.MAX_AT_ONCE).trim()), one.heard());
        say(both, "y");
        assertEquals(1, one.heard().size());
        assertEquals(1, loop.size());

        endTurn();
        assertEquals("y", one.heard().get(1));
        assertEquals(other.heard(), one.heard());
    }

    @Test
    void whatSomebodyIsToldBesidesKeepsItsPlace() {
        say(both, "a");
        one.subscriber.fail(new IllegalStateException("a gap"));
        say(both, "b");
        endTurn();
        assertEquals(List.of("a", "failure a gap", "b"), one.heard());
        assertEquals(List.of("a b"), other.heard());
    }

    @Test
    void whoHasLeftHearsNothingMore() {
        say(both, "a");
        one.subscriber.detach(new IllegalStateException("over"));
        endTurn();
        assertEquals(List.of(), one.heard());
        assertEquals(List.of("a"), other.heard());
    }

    @Test
    void withoutATaskEverythingIsHandedOverAtOnce() {
        loopEnded = true;
        say(both, "a", "b");
        assertEquals(List.of("a", "b"), one.heard());

        loopEnded = false;
        say(both, "c");
        assertEquals(2, one.heard().size());
        endTurn();
        assertEquals(List.of("a", "b", "c"), one.heard());
    }
}
