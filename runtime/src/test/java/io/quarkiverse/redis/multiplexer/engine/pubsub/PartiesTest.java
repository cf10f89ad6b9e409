package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import com.sun.management.ThreadMXBean;

import io.quarkiverse.redis.multiplexer.engine.pubsub.Parties.Free;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Parties.Held;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Parties.Step;

/** What waits for what, without threads. */
class PartiesTest {

    private static final Object ME = "me";
    private static final Object OTHER = "other";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Parties parties = new Parties();
    private final Free free = new Free();
    private final List<Step> awaited = new ArrayList<>();
    private final List<Held> ways = new ArrayList<>();
    private final Consumer<Free> letGo = ended -> assertNull(ended.poll());

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
        assertEquals(List.of(), freed());
    }

    @Test
    void whatIsHeldIsFreeWhenAllBeforeItHasEnded() {
        Step first = parties.begin(ME);
        Step second = parties.begin(ME);
        Held command = hold(true, ME);
        assertEquals(List.of(second), awaited);
        assertEquals(1, parties.held());

        parties.end(second, free);
        assertEquals(List.of(), freed());
        parties.end(first, free);
        assertEquals(List.of(command), freed());

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
        assertEquals(List.of(), freed());
        parties.endUpTo(second, free);
        parties.endUpTo(third, free);
        assertEquals(List.of(command), freed());
    }

    @Test
    void everythingBehindWhatIsHeldIsHeldAndKeepsItsOrder() {
        Step step = parties.begin(ME);
        Held publishing = hold(true, ME);
        assertTrue(parties.mustHold(ME, false));
        Held behind = hold(false, ME);

        parties.end(step, free);
        assertEquals(List.of(publishing), freed());
        parties.release(publishing, free);
        assertEquals(List.of(behind), freed());
        parties.release(behind, free);
        assertEquals(List.of(), freed());
        assertTrue(parties.isEmpty());
    }

    @Test
    void aCommandOfTwoPartiesWaitsForBoth() {
        Step mine = parties.begin(ME);
        Step theirs = parties.begin(OTHER);
        Held command = hold(true, ME, OTHER);

        parties.end(mine, free);
        assertEquals(List.of(), freed());
        parties.end(theirs, free);
        assertEquals(List.of(command), freed());
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
        assertEquals(List.of(command), freed());

        assertTrue(parties.mustWaitAgain(command, awaited));
        parties.end(meanwhile, free);
        assertEquals(List.of(command), freed());

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

    /** Nobody is kept for ever because there is no memory at the moment when there is nothing left to wait for. */
    @Test
    void whatIsHeldIsLetGoWithoutAnyMemory() {
        neededToLetGo();
        assertEquals(0, neededToLetGo(), "The first time, classes were loaded");
        assertTrue(parties.isEmpty());
    }

    private long neededToLetGo() {
        BegunSteps begun = new BegunSteps(parties, List.of(ME), letGo);
        Step step = parties.begin(OTHER);
        Held publishing = hold(true, ME, OTHER);
        Held behind = hold(false, ME);

        long before = allocated();
        begun.end();
        parties.endUpTo(step, free);
        Held first = free.poll();
        parties.release(first, first.released);
        Held next = first.released.poll();
        parties.release(next, next.released);
        long used = allocated() - before;

        assertSame(publishing, first);
        assertSame(behind, next);
        return used;
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    @Test
    void aSubscriptionIsOneOfAllItsParties() {
        BegunSteps begun = new BegunSteps(parties, List.of(ME, OTHER), letGo);
        assertTrue(parties.mustHold(ME, true) && parties.mustHold(OTHER, true));
        begun.end();
        begun.end();
        assertTrue(parties.isEmpty());
    }

    @Test
    void oneThatIsLetGoIsItsOwnTask() {
        parties.begin(ME);
        Held command = hold(true, ME);
        command.run();
        assertEquals(List.of(command), ways);
        assertEquals(Held.Stage.COMING, command.stage);
    }

    private List<Held> freed() {
        List<Held> all = new ArrayList<>();
        for (Held next; (next = free.poll()) != null;) {
            all.add(next);
        }
        return all;
    }

    /** Holds a command whose way through the event loop is over, so that only what it waits for is left. */
    private Held hold(boolean publishes, Object... keys) {
        Held command = parties.hold(null, 1, () -> {
        }, publishes, ways::add, List.of(keys), awaited);
        assertFalse(parties.meet(command));
        return command;
    }
}
