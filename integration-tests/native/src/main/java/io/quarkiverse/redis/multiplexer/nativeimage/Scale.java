package io.quarkiverse.redis.multiplexer.nativeimage;

import java.time.Duration;

/**
 * How much of everything there is.
 *
 * @param starts of each program, whose median counts
 * @param idle how long an application has nothing to do before its memory is measured
 * @param rounds of load for each program, whose median counts
 * @param calls of each round, and for each check that needs many
 * @param restarts of the server
 * @param patience with what takes as long as it takes
 */
record Scale(int starts, Duration idle, int rounds, int calls, int restarts, Duration patience) {

    static Scale full() {
        return new Scale(5, Duration.ofSeconds(3), 5, 300_000, 10, Duration.ofSeconds(60));
    }

    /** Of the ordinary tests: enough to see that everything is done, not to say anything of the figures. */
    static Scale brief() {
        return new Scale(1, Duration.ZERO, 1, 5_000, 2, Duration.ofSeconds(60));
    }
}
