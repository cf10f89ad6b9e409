package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class RedirectPauseTest {

    @Test
    void redirectsAreFollowedAtOnceUntilTheySeemToGoInCircles() {
        assertEquals(List.of(0L, 0L, 0L, 10L, 20L, 40L, 80L, 160L, 250L, 250L),
                IntStream.range(0, 10).mapToObj(rounds -> RedirectPause.following(rounds) / 1_000_000).toList());
    }

    @Test
    void whatWouldComeBackWaitsFromTheBeginning() {
        assertEquals(List.of(10L, 20L, 40L, 80L, 160L, 250L, 250L),
                IntStream.range(0, 7).mapToObj(rounds -> RedirectPause.waiting(rounds) / 1_000_000).toList());
        assertEquals(250, RedirectPause.waiting(1_000_000) / 1_000_000);
    }
}
