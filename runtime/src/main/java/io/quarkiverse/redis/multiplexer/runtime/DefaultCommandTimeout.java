package io.quarkiverse.redis.multiplexer.runtime;

import java.time.Duration;

/**
 * The command timeout of a client for which none is configured. {@link io.quarkus.redis.datasource.RedisDataSource} waits for
 * {@code quarkus.redis.timeout}, and then fails with an exception that says nothing. So commands end a little earlier, for
 * callers to see what happened.
 */
final class DefaultCommandTimeout {

    /** A twentieth lasts longer than the clock of deadlines is late, on a busy machine, too. */
    private static final int MARGIN_PART = 20;
    private static final Duration SMALLEST_MARGIN = Duration.ofMillis(200);
    private static final Duration LARGEST_MARGIN = Duration.ofSeconds(1);
    /** Of short timeouts, most must be left. */
    private static final int LARGEST_MARGIN_PART = 5;

    private DefaultCommandTimeout() {
    }

    /** @param redisTimeout may be out of its range; then it is returned as it is, for whoever tells of that */
    static Duration of(Duration redisTimeout) {
        if (redisTimeout.compareTo(Duration.ofMillis(LARGEST_MARGIN_PART)) < 0) {
            return redisTimeout;
        }
        Duration margin = largest(SMALLEST_MARGIN, smallest(LARGEST_MARGIN, redisTimeout.dividedBy(MARGIN_PART)));
        return redisTimeout.minus(smallest(margin, redisTimeout.dividedBy(LARGEST_MARGIN_PART)));
    }

    private static Duration smallest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration largest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
