package io.quarkiverse.redis.multiplexer.engine.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

/** When something may be done, on a clock of the test's own. */
class GrowingIntervalsTest {

    private final GrowingIntervals intervals = new GrowingIntervals(Duration.ofSeconds(1), Duration.ofSeconds(8));

    @Test
    void itIsDoneAtOnceAndThenMoreAndMoreSeldom() {
        assertEquals(List.of(100, 101, 103, 107, 115, 123, 131), done(100, 135));
    }

    @Test
    void afterALongTimeItBeginsAnew() {
        done(100, 110);
        assertEquals(List.of(130, 131, 133), done(130, 135));
    }

    /** @return the seconds at which it was done, if it was wanted in each */
    private List<Integer> done(int from, int to) {
        List<Integer> done = new ArrayList<>();
        for (int second = from; second < to; second++) {
            if (intervals.begin(Duration.ofSeconds(second).toNanos())) {
                done.add(second);
            }
        }
        return done;
    }
}
