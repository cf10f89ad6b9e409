package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells which sentinels have not heard of the latest failover yet. With each failover, the word of sentinels about the primary
 * gets a higher number, its
 * <a href="https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#configuration-epochs">configuration
 * epoch</a>, and the others hear of both within two seconds. Who has not names the old primary, and that may take itself for
 * one still: what is written there would be lost.
 * <p>
 * Sentinels that are set up anew begin with 0 again. So what is behind is believed when nothing else has been heard for long.
 * <p>
 * Used on one event loop.
 */
final class ConfigEpochs {

    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier clock;
    /** Of the primary that is known, if a sentinel has told it. */
    private OptionalLong known = OptionalLong.empty();
    /** Since when all that is heard is behind that, on the clock. */
    private OptionalLong behindSince = OptionalLong.empty();

    /** @param clock in nanoseconds */
    ConfigEpochs(LongSupplier clock) {
        this.clock = clock;
    }

    /** @param told by a sentinel that names another primary than the one that is known; empty if it does not tell */
    boolean isBehind(OptionalLong told) {
        if (told.isEmpty() || known.isEmpty() || told.getAsLong() >= known.getAsLong()) {
            return false;
        }
        long now = clock.getAsLong();
        behindSince = OptionalLong.of(behindSince.orElse(now));
        return now - behindSince.getAsLong() < PATIENCE_NANOS;
    }

    /** There is another primary. @param told by the sentinel that has named it; empty if it does not tell */
    void changed(OptionalLong told) {
        known = told;
        confirmed();
    }

    /** A sentinel names the primary that is known. */
    void confirmed() {
        behindSince = OptionalLong.empty();
    }
}
