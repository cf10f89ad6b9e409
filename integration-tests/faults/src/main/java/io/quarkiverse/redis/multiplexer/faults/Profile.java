package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

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
 * @param largeValues whether some callers set and get large values; then there are no faults that change or slow down single
 *        bytes: within a large value, no client can notice the one or stand the other
 */
public record Profile(Duration chaos, Duration commandTimeout, Duration livenessTimeout, Duration busy, Duration patience,
        int restarts, int eventLoops, int workers, int virtualThreads, boolean largeValues) {

    private static final Duration OUTLASTING = Duration.ofSeconds(10);

    /** With the timeouts that clients have by default. */
    static Profile full(Duration chaos) {
        return new Profile(chaos, Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(8), Duration.ofSeconds(20),
                5, 4, 64, 1000, false);
    }

    /** What the ordinary tests have time for. */
    static Profile brief() {
        return new Profile(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(3),
                Duration.ofSeconds(10), 2, 4, 16, 100, false);
    }

    /**
     * For a cluster, whose servers need more of two cores: with fewer callers. While a cluster replaces one of its nodes, all
     * of them may refuse commands, and those with keys of other nodes are to outlast that.
     */
    Profile onCluster() {
        return new Profile(chaos, OUTLASTING, livenessTimeout, busy, patience, restarts, eventLoops, Math.min(workers, 32),
                Math.min(virtualThreads, 160), false);
    }

    /** Half as long, and with fewer callers, for whom there is more to do. */
    Profile withLargeValues() {
        return new Profile(chaos.dividedBy(2), commandTimeout, livenessTimeout, busy, patience, restarts, eventLoops,
                Math.min(workers, 16), Math.min(virtualThreads, 100), true);
    }

    /** After so long, a command hangs. */
    Duration hangLimit() {
        return commandTimeout.plusSeconds(1);
    }

    /** As {@link #read} understands it. */
    Stream<String> write() {
        return Stream.of(chaos, commandTimeout, livenessTimeout, busy, patience, restarts, eventLoops, workers, virtualThreads,
                largeValues).map(String::valueOf);
    }

    static Profile read(List<String> written) {
        return new Profile(Duration.parse(written.get(0)), Duration.parse(written.get(1)), Duration.parse(written.get(2)),
                Duration.parse(written.get(3)), Duration.parse(written.get(4)), Integer.parseInt(written.get(5)),
                Integer.parseInt(written.get(6)), Integer.parseInt(written.get(7)), Integer.parseInt(written.get(8)),
                Boolean.parseBoolean(written.get(9)));
    }
}
