package io.quarkiverse.redis.multiplexer.engine.settings;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt to connect: doubled after each failure up to a maximum, less a random part of
 * up to a half, so that the clients of a server that comes back do not all come at once.
 */
public record Backoff(Duration initial, Duration maximum) {

    /** @param failures how many attempts have failed in a row, at least 1 */
    public long delayMillis(int failures) {
        long doubled = initial.toMillis() << Math.min(failures - 1, 30);
        long limit = doubled > 0 ? Math.min(doubled, maximum.toMillis()) : maximum.toMillis();
        return limit - ThreadLocalRandom.current().nextLong(limit / 2 + 1);
    }

    /** The same beginning, and longer delays in the end. */
    public Backoff slower(int factor) {
        return new Backoff(initial, maximum.multipliedBy(factor));
    }
}
