package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.settings.Backoff;

/** {@link RedialPace}, with a clock and connections that are numbers. */
class RedialPaceTest {

    private static final long START = -3;
    private static final long LONGEST = TimeUnit.HOURS.toNanos(1);

    private final RedialPace pace = new RedialPace(new Backoff(Duration.ofMillis(10), Duration.ofHours(1)));
    private long proofs = 7;

    @Test
    void aConnectionThatEndsAtOnceIsNotDialledAgainAtOnceForEver() {
        // Its longest delay is out of reach, and nothing is ever answered: so each failure is one more in a row.
        long before = 0;
        for (int i = 0; i < 10; i++) {
            connect();
            assertFalse(pace.provesByUse());
            assertFalse(pace.provesByLasting(START));
            long delay = pace.delayAfterFailure();
            assertTrue(delay >= before, delay + " after " + before);
            before = delay;
        }
        assertTrue(before > 1000);
        connect();
        assertTrue(pace.provesByLasting(START + LONGEST));
        assertTrue(pace.delayAfterFailure() <= 10);
    }

    @Test
    void whatWasGotBeforeItWasThereIsNoProof() {
        connect();
        assertFalse(pace.provesByUse());
        proofs++;
        assertTrue(pace.provesByUse());
    }

    @Test
    void aConnectionProvesUsefulOnce() {
        connect();
        proofs++;
        assertTrue(pace.provesByUse());
        proofs++;
        assertFalse(pace.provesByUse());
        assertFalse(pace.provesByLasting(START + LONGEST));
        assertFalse(pace.provesByIdleness());
    }

    @Test
    void itHasToLastForTheLongestDelay() {
        connect();
        assertFalse(pace.provesByLasting(START + LONGEST - 1));
        assertTrue(pace.provesByLasting(START + LONGEST));
    }

    @Test
    void toBeEndedForIdlenessProvesThatItWasOfUse() {
        failManyTimes();
        connect();
        assertTrue(pace.provesByIdleness());
        assertTrue(pace.delayAfterFailure() <= 10);
    }

    @Test
    void withoutAConnectionNothingIsProved() {
        assertNothingProves();
        connect();
        failManyTimes();
        proofs++;
        assertNothingProves();
        assertTrue(pace.delayAfterFailure() > 10);
    }

    @Test
    void whatWeEndProvesNothingAndCountsAsNoFailure() {
        for (int i = 0; i < 10; i++) {
            connect();
            pace.ended();
            proofs++;
            assertNothingProves();
        }
        assertTrue(pace.delayAfterFailure() <= 10);
    }

    @Test
    void theNextConnectionIsOnTrialAgain() {
        connect();
        proofs++;
        assertTrue(pace.provesByUse());
        pace.connected(() -> proofs, 5);
        assertEquals(5, pace.trialStart());
        assertFalse(pace.provesByUse());
        proofs++;
        assertTrue(pace.provesByUse());
    }

    private void connect() {
        pace.connected(() -> proofs, START);
    }

    private void failManyTimes() {
        for (int i = 0; i < 10; i++) {
            pace.delayAfterFailure();
        }
    }

    private void assertNothingProves() {
        assertFalse(pace.provesByUse());
        assertFalse(pace.provesByLasting(START + LONGEST));
        assertFalse(pace.provesByIdleness());
    }
}
