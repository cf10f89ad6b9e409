package io.quarkiverse.redis.multiplexer.engine.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds of {@link Backoff}. */
class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(500));

    @ParameterizedTest
    @CsvSource({ "1, 10", "2, 20", "3, 40", "4, 80", "5, 160", "6, 320", "7, 500", "8, 500", "31, 500", "32, 500", "64, 500",
            "1000, 500", "2147483647, 500" })
    void theDelayDoublesUpToTheMaximumLessAtMostAHalf(int failures, long longest) {
        Set<Long> delays = new TreeSet<>();
        for (int i = 0; i < 10_000; i++) {
            long delay = backoff.delayMillis(failures);
            assertTrue(delay >= longest / 2 && delay <= longest, () -> delay + " ms");
            delays.add(delay);
        }
        assertTrue(delays.size() > longest / 4, () -> "Spread over the whole range: " + delays);
    }

    @ParameterizedTest
    @ValueSource(longs = { 1L << 33, 1L << 62, Long.MAX_VALUE })
    void aLongFirstDelayIsNotMoreThanTheMaximum(long initial) {
        Backoff large = new Backoff(Duration.ofMillis(initial), Duration.ofMillis(500));
        for (int failures = 1; failures < 70; failures++) {
            long delay = large.delayMillis(failures);
            assertTrue(delay >= 250 && delay <= 500, () -> delay + " ms");
        }
    }

    @Test
    void theShortestDelaysWork() {
        assertTrue(new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)).delayMillis(5) >= 0);
        assertEquals(0, new Backoff(Duration.ZERO, Duration.ZERO).delayMillis(1));
    }
}
