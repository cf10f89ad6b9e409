package io.quarkiverse.redis.multiplexer.engine.settings;

import java.time.Duration;

/**
 * How often something may be done that costs others something, and may be in vain: at once, and then after intervals each
 * twice as long as the one before, up to the longest. When nobody has wanted it for that long, it begins anew. Thread-safe.
 */
public final class GrowingIntervals {

    private final long shortestNanos;
    private final long longestNanos;
    private long intervalNanos;
    private long last;

    public GrowingIntervals(Duration shortest, Duration longest) {
        this.shortestNanos = shortest.toNanos();
        this.longestNanos = longest.toNanos();
    }

    /** Whether it may be done now; if so, it is. @param now on the clock of {@link System#nanoTime()} */
    public synchronized boolean begin(long now) {
        long passed = now - last;
        if (intervalNanos == 0 || passed > 2 * longestNanos) {
            intervalNanos = shortestNanos;
        } else if (passed < intervalNanos) {
            return false;
        } else {
            intervalNanos = Math.min(longestNanos, 2 * intervalNanos);
        }
        last = now;
        return true;
    }
}
