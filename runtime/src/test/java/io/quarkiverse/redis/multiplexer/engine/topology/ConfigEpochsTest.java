package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

/** On a clock of the test's own. */
class ConfigEpochsTest {

    private long now;
    private final ConfigEpochs epochs = new ConfigEpochs(() -> now);

    private boolean isBehind(long told) {
        return epochs.isBehind(OptionalLong.of(told));
    }

    @Test
    void withNothingToCompareWithNobodyIsBehind() {
        assertFalse(isBehind(0));
        epochs.changed(OptionalLong.empty());
        assertFalse(isBehind(0));
        epochs.changed(OptionalLong.of(3));
        assertFalse(epochs.isBehind(OptionalLong.empty()));
    }

    @Test
    void whoKnowsOfFewerFailoversIsBehind() {
        epochs.changed(OptionalLong.of(3));
        assertTrue(isBehind(2));
        assertFalse(isBehind(3));
        assertFalse(isBehind(4));
    }

    /** Sentinels that are set up anew begin with 0. */
    @Test
    void whatIsHeardForLongIsBelieved() {
        epochs.changed(OptionalLong.of(3));
        assertTrue(isBehind(0));
        now += ConfigEpochs.PATIENCE_NANOS - 1;
        assertTrue(isBehind(0));
        now++;
        assertFalse(isBehind(0));
        epochs.changed(OptionalLong.of(0));
        assertFalse(isBehind(0));
    }

    @Test
    void whoIsConfirmedMeanwhileHasTimeAnew() {
        epochs.changed(OptionalLong.of(3));
        assertTrue(isBehind(0));
        now += ConfigEpochs.PATIENCE_NANOS;
        epochs.confirmed();
        assertTrue(isBehind(0));
    }
}
