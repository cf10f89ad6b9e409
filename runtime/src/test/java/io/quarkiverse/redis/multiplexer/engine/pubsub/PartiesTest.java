package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.pubsub.Parties.Held;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Parties.Step;

/** What waits for what, without threads. */
class PartiesTest {

    private static final Object ME = "me";
    private static final Object OTHER = "other";

    private final Parties parties = new Parties();
    private final List<Held> free = new ArrayList<>();
    private final List<Step> awaited = new ArrayList<>();

    @Test
    void nobodyIsKnownWhoHasBegunNothing() {
        assertTrue(parties.isEmpty());
        assertFalse(parties.contains(ME) || parties.mustHold(ME, true) || parties.mustHold(ME, false));
    }

    @Test
    void whatPublishesWaitsForItsOwnSubscriptionsOnly() {
        parties.begin(ME);

        assertTrue(parties.mustHold(ME, true));
        assertFalse(parties.mustHold(ME, false));
        assertFalse(parties.mustHold(OTHER, true));
    }

    @Test
    void whoHasEndedEverythingIsForgotten() {
        Step step = parties.begin(ME);
        parties.end(step, free);

        assertTrue(parties.isEmpty());
        assertEquals(List.of(), free);
    }

    @Test
    void whatIsHeldIsFreeWhenAllBeforeItHasEnded() {
        Step first = parties.begin(ME);
        Step second = parties.begin(ME);
        Held command = hold(true, ME);
        assertEquals(List.of(second), awaited);
        assertEquals(1, parties.held());

        parties.end(second, free);
        assertEquals(List.of(), free);
        parties.end(first, free);
        assertEquals(List.of(command), free);

        parties.release(command, free);
        assertTrue(parties.isEmpty());
        assertEquals(0, parties.held());
    }

    @Test
    void oneWhoIsLateEndsWhatCameBeforeToo() {
        parties.begin(ME);
        Step second = parties.begin(ME);
        Step third = parties.begin(ME);
        Held command = hold(true, ME);

        parties.endUpTo(second, free);
        assertEquals(List.of(), free);
        parties.endUpTo(second, free);
        parties.endUpTo(third, free);
        assertEquals(List.of(command), free);
    }

    @Test
    void everythingBehindWhatIsHeldIsHeldAndKeepsItsOrder() {
        Step step = parties.begin(ME);
        Held publishing = hold(true, ME);
        assertTrue(parties.mustHold(ME, false));
        Held behind = hold(false, ME);

        parties.end(step, free);
        assertEquals(List.of(publishing), free);
        free.clear();
        parties.release(publishing, free);
        assertEquals(List.of(behind), free);
        free.clear();
        parties.release(behind, free);
        assertEquals(List.of(), free);
        assertTrue(parties.isEmpty());
    }

    @Test
    void aCommandOfTwoPartiesWaitsForBoth() {
        Step mine = parties.begin(ME);
        Step theirs = parties.begin(OTHER);
        Held command = hold(true, ME, OTHER);

        parties.end(mine, free);
        assertEquals(List.of(), free);
        parties.end(theirs, free);
        assertEquals(List.of(command), free);
        parties.release(command, free);
        assertTrue(parties.isEmpty());
    }

    @Test
    void aStepIsAwaitedByTheFirstWhoWaitsForIt() {
        Step step = parties.begin(ME);
        hold(true, ME);
        hold(true, ME);

        assertEquals(List.of(step), awaited);
    }

    @Test
    void theLimitOfAStepEndsWithIt() {
        List<String> ended = new ArrayList<>();
        Step first = parties.begin(ME);
        Step second = parties.begin(ME);
        parties.limited(second, () -> ended.add("second"));
        parties.end(second, free);
        assertEquals(List.of(), ended);
        parties.end(first, free);
        assertEquals(List.of("second"), ended);

        parties.end(second, free);
        parties.limited(first, () -> ended.add("first"));
        assertEquals(List.of("second", "first"), ended);
    }

    @Test
    void oneLooksOnceMoreForWhatWasBegunMeanwhile() {
        Step first = parties.begin(ME);
        Held command = hold(true, ME);
        Step meanwhile = parties.begin(ME);
        parties.end(first, free);
        assertEquals(List.of(command), free);
        free.clear();

        assertTrue(parties.mustWaitAgain(command, awaited));
        parties.end(meanwhile, free);
        assertEquals(List.of(command), free);

        parties.begin(ME);
        assertFalse(parties.mustWaitAgain(command, awaited));
    }

    @Test
    void whatPublishesNothingDoesNotLookForSubscriptions() {
        Step first = parties.begin(ME);
        Held publishing = hold(true, ME);
        Held behind = hold(false, ME);
        parties.end(first, free);
        parties.release(publishing, free);
        parties.begin(ME);

        assertFalse(parties.mustWaitAgain(behind, awaited));
    }

    /** Holds a command whose way through the event loop is over, so that only what it waits for is left. */
    private Held hold(boolean publishes, Object... keys) {
        Held command = parties.hold(null, 1, () -> {
        }, publishes, List.of(keys), awaited);
        assertFalse(parties.meet(command));
        return command;
    }
}
