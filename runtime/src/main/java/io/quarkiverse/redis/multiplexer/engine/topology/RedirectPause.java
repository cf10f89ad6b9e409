package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.concurrent.TimeUnit;

/**
 * The pauses before commands that nodes of a cluster have not executed are sent again, in nanoseconds: growing, up to a bound.
 */
final class RedirectPause {

    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** So often commands follow redirects at once; then the nodes seem to send them in circles. */
    private static final int ROUNDS_AT_ONCE = 3;

    private RedirectPause() {
    }

    /** Of those whose redirect says where to go. @param rounds how often they have come back before */
    static long following(int rounds) {
        return rounds < ROUNDS_AT_ONCE ? 0 : waiting(rounds - ROUNDS_AT_ONCE);
    }

    /** Of those that most likely would come back again at once. */
    static long waiting(int rounds) {
        return Math.min(LONGEST_NANOS, SHORTEST_NANOS << Math.min(rounds, 10));
    }
}
