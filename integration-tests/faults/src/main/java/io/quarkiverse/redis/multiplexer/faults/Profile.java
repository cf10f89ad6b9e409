package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;

/**
 * How much of everything.
 *
 * @param chaos how long faults are injected, one every {@link Chaos#INTERVAL}
 * @param commandTimeout of the clients that have one; what takes a second longer, hangs
 * @param livenessTimeout of ours
 * @param busy how long the busy server is busy
 * @param patience how long a client is given to recover, before it counts as never
 * @param restarts how often the server is killed under load to find the longest recovery
 * @param eventLoops how many event loops send commands
 * @param workers how many platform threads do
 * @param virtualThreads how many virtual threads do; platform threads in their place if Java has none
 */
record Profile(Duration chaos, Duration commandTimeout, Duration livenessTimeout, Duration busy, Duration patience,
        int restarts, int eventLoops, int workers, int virtualThreads) {

    /** With the timeouts that clients have by default. */
    static Profile full(Duration chaos) {
        return new Profile(chaos, Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(8), Duration.ofSeconds(20),
                5, 4, 64, 1000);
    }

    /** What the ordinary tests have time for. */
    static Profile brief() {
        return new Profile(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(3),
                Duration.ofSeconds(10), 2, 4, 16, 100);
    }

    /** After so long, a command hangs. */
    Duration hangLimit() {
        return commandTimeout.plusSeconds(1);
    }
}
