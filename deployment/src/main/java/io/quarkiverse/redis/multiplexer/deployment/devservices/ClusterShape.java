package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.List;

/**
 * How many servers a cluster has.
 *
 * @param replicas of each primary
 */
record ClusterShape(int primaries, int replicas) {

    /** What the port of the cluster bus of a server is higher than its port. Only since Redis 7.0 it may be another one. */
    static final int BUS_OFFSET = 10_000;

    static final int SLOTS = 16_384;
    static final int MOST_REPLICAS = 5;

    /** The first one that knows the options by their names of today, such as {@code --cluster-replica-validity-factor}. */
    static final ServerVersion OLDEST = new ServerVersion(List.of(5, 0));

    // Fewer cannot agree that one of them has failed.
    private static final int PRIMARIES = 3;

    static ClusterShape withReplicas(int replicas) {
        return new ClusterShape(PRIMARIES, replicas);
    }

    int servers() {
        return primaries * (1 + replicas);
    }

    /** The largest port of the first server, if those of the others and of their cluster bus follow. */
    int largestFirstPort() {
        return LoopbackPort.LARGEST - BUS_OFFSET - (servers() - 1);
    }

    /** The first slot of a primary; that of the one after the last is the number of slots. */
    int firstSlot(int primary) {
        return SLOTS * primary / primaries;
    }

    /** Which primary a server replicates; servers that come first are primaries. */
    int primaryOf(int server) {
        return server % primaries;
    }

    @Override
    public String toString() {
        return primaries + " primaries and " + replicas * primaries + " replicas";
    }
}
