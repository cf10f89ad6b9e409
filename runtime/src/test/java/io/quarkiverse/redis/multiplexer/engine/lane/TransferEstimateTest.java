package io.quarkiverse.redis.multiplexer.engine.lane;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

class TransferEstimateTest {

    private static final long MEGABYTE = 1_000_000;

    private final TransferEstimate estimate = new TransferEstimate();

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void nothingIsWorthwhileBeforeBothAreKnown() {
        assertFalse(estimate.isWorthwhile(1_000 * MEGABYTE));
        estimate.onTransfer(MEGABYTE, millis(8));
        assertFalse(estimate.isWorthwhile(1_000 * MEGABYTE));
        estimate.onRoundTrip(millis(1), 0);
        assertTrue(estimate.isWorthwhile(MEGABYTE));
    }

    @Test
    void aRoundTripAloneTellsNothing() {
        estimate.onRoundTrip(1, 0);
        assertFalse(estimate.isWorthwhile(Long.MAX_VALUE));
    }

    @Test
    void theTransferMustBeClearlyLongerThanARoundTrip() {
        // 1 Gbit/s
        estimate.onTransfer(MEGABYTE, millis(8));
        estimate.onRoundTrip(millis(10), 0);
        assertFalse(estimate.isWorthwhile(MEGABYTE));
        assertFalse(estimate.isWorthwhile(3 * MEGABYTE / 2));
        assertTrue(estimate.isWorthwhile(2 * MEGABYTE));
    }

    @Test
    void whatComesAtOnceIsNotWorthAConnection() {
        estimate.onTransfer(MEGABYTE, 0);
        estimate.onRoundTrip(0, 0);
        assertFalse(estimate.isWorthwhile(MEGABYTE));
    }

    /** What waits behind a large reply takes as long as that, and says nothing of a round trip. */
    @Test
    void theShortestRoundTripCounts() {
        estimate.onTransfer(MEGABYTE, millis(8));
        for (int second = 0; second < 9; second++) {
            estimate.onRoundTrip(millis(80), seconds(second));
        }
        assertFalse(estimate.isWorthwhile(10 * MEGABYTE));
        estimate.onRoundTrip(millis(1), seconds(9));
        for (int second = 9; second < 19; second++) {
            estimate.onRoundTrip(millis(80), seconds(second));
            assertTrue(estimate.isWorthwhile(10 * MEGABYTE));
        }
    }

    @Test
    void whereEverythingIsLargeTheHandshakeTellsWhatARoundTripTakes() {
        estimate.onTransfer(MEGABYTE, millis(8));
        estimate.onHandshake(millis(1));
        for (int second = 0; second < 60; second++) {
            estimate.onRoundTrip(millis(80), seconds(second));
            assertTrue(estimate.isWorthwhile(MEGABYTE));
        }
        estimate.onHandshake(millis(50));
        assertFalse(estimate.isWorthwhile(MEGABYTE));
    }

    @Test
    void aRoundTripThatHasBecomeLongerIsLearned() {
        estimate.onTransfer(MEGABYTE, millis(8));
        estimate.onRoundTrip(millis(1), 0);
        for (int second = 1; second < 30; second++) {
            estimate.onRoundTrip(millis(60), seconds(second));
        }
        assertFalse(estimate.isWorthwhile(10 * MEGABYTE));
    }

    /** As on a machine that is busy, or one whose event loop was busy until all of the reply was there. */
    @Test
    void someTransfersThatWereSlowerOrFasterDoNotDecide() {
        estimate.onRoundTrip(millis(10), 0);
        for (int i = 0; i < 100; i++) {
            estimate.onTransfer(MEGABYTE, millis(i % 3 == 0 ? 2 : 50));
            assertFalse(estimate.isWorthwhile(MEGABYTE));
        }
        for (int i = 0; i < 100; i++) {
            estimate.onTransfer(MEGABYTE, millis(i % 6 == 0 ? 2 : 50));
            assertTrue(i < 16 || estimate.isWorthwhile(MEGABYTE));
        }
    }

    @Test
    void whatHoldsTheLaneForLongIsNotWorthwhile() {
        estimate.onTransfer(MEGABYTE, millis(8));
        estimate.onRoundTrip(millis(1), 0);
        estimate.onHeld(millis(1));
        assertTrue(estimate.isWorthwhile(MEGABYTE));
        estimate.onHeld(0);
        for (int i = 0; i < 4; i++) {
            estimate.onHeld(millis(8));
        }
        assertFalse(estimate.isWorthwhile(10 * MEGABYTE));
        assertTrue(estimate.isWorthwhile(20 * MEGABYTE));
    }

    @Test
    void whatHeldTheLaneIsTriedAgainAfterAWhile() {
        estimate.onTransfer(MEGABYTE, millis(8));
        estimate.onRoundTrip(millis(1), 0);
        estimate.onHeld(millis(80));
        int repliesOnLane = 0;
        while (!estimate.isWorthwhile(MEGABYTE)) {
            estimate.onLargeReplyOnLane();
            repliesOnLane++;
        }
        assertTrue(repliesOnLane > 350 && repliesOnLane < 450, "after " + repliesOnLane);
    }
}
