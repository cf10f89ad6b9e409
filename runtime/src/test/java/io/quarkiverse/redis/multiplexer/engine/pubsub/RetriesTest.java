package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.settings.Backoff;

/** {@link Retries}, with a clock that is driven by hand. */
class RetriesTest {

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMillis(400);
    private static final int MAX_PER_ROUND = 4096;

    private final List<Runnable> timers = new ArrayList<>();
    private final List<Long> delays = new ArrayList<>();
    private final List<List<Subscription>> rounds = new ArrayList<>();
    private final Retries retries = new Retries((action, delayMillis) -> {
        delays.add(delayMillis);
        timers.add(action);
        return () -> timers.remove(action);
    }, new Backoff(SHORTEST, LONGEST), rounds::add);

    @Test
    void allThatComeBeforeItsTimeAreToldTogether() {
        Subscription one = subscription("one");
        Subscription other = subscription("other");
        retries.add(one);
        retries.add(other);
        retries.add(one);
        assertTrue(retries.contains(one) && retries.contains(other));
        assertEquals(1, timers.size());

        timePasses();

        assertEquals(List.of(List.of(one, other)), rounds);
        assertFalse(retries.contains(one) || retries.contains(other));
        assertEquals(0, timers.size());
    }

    @Test
    void othersAreNotForgottenByARoundThatFails() {
        Retries scarce = new Retries((action, delayMillis) -> {
            timers.add(action);
            return () -> timers.remove(action);
        }, new Backoff(SHORTEST, LONGEST), due -> {
            throw new InternalError("by hand");
        });
        for (int i = 0; i < MAX_PER_ROUND + 1; i++) {
            scarce.add(subscription("name" + i));
        }
        assertThrows(InternalError.class, this::timePasses);
        assertEquals(1, timers.size());
    }

    @Test
    void delaysGrowForAsLongAsItIsRefused() {
        for (int i = 0; i < 4; i++) {
            retries.add(subscription("refused"));
            timePasses();
        }

        assertWithin(50, 100, delays.get(0));
        assertWithin(100, 200, delays.get(1));
        assertWithin(200, 400, delays.get(2));
        assertWithin(200, 400, delays.get(3));
    }

    @Test
    void delaysAreShortAgainAfterASuccess() {
        for (int i = 0; i < 4; i++) {
            retries.add(subscription("refused"));
            timePasses();
        }
        retries.succeeded();
        retries.add(subscription("refused"));

        assertWithin(50, 100, delays.get(4));
    }

    @Test
    void whatIsRemovedIsNotTold() {
        Subscription gone = subscription("gone");
        retries.add(gone);
        retries.remove(gone);
        assertFalse(retries.contains(gone));

        timePasses();

        assertEquals(List.of(), rounds);
    }

    @Test
    void nothingIsToldOrScheduledAfterClearing() {
        retries.add(subscription("one"));
        retries.clear();
        assertEquals(0, timers.size());
        retries.clear();

        retries.add(subscription("other"));

        assertWithin(50, 100, delays.get(1));
        timePasses();
        assertEquals(1, rounds.size());
    }

    @Test
    void whatIsTooMuchForOneRoundComesInTheNext() {
        for (int i = 0; i < MAX_PER_ROUND + 1; i++) {
            retries.add(subscription("name" + i));
        }
        timePasses();
        assertEquals(MAX_PER_ROUND, rounds.get(0).size());
        assertEquals(1, timers.size());

        timePasses();
        assertEquals(1, rounds.get(1).size());
    }

    /** As the hub does, when the server refuses again at once. */
    @Test
    void whoIsToldMayAddAgain() {
        List<Retries> itself = new ArrayList<>();
        Subscription stubborn = subscription("stubborn");
        itself.add(new Retries((action, delayMillis) -> {
            timers.add(action);
            return () -> timers.remove(action);
        }, new Backoff(SHORTEST, LONGEST), due -> due.forEach(itself.get(0)::add)));
        itself.get(0).add(stubborn);
        timePasses();

        assertTrue(itself.get(0).contains(stubborn));
        assertEquals(1, timers.size());
    }

    private void timePasses() {
        timers.remove(0).run();
    }

    private static Subscription subscription(String name) {
        return new Subscription(SubscriptionKind.CHANNEL, name);
    }

    private static void assertWithin(long least, long most, long value) {
        assertTrue(value >= least && value <= most, value + " is not within " + least + " and " + most);
    }
}
