package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How many servers a cluster has.
 *
 * @param replicas of each primary
 */
record ClusterShape(int primaries, int replicas) implements Shape {

    /** What the port of the cluster bus of a server is higher than its port. Only since Redis 7.0 it may be another one. */
    static final int BUS_OFFSET = 10_000;

    static final int SLOTS = 16_384;
    static final int MOST_REPLICAS = 5;

    /** The first one that knows the options by their names of today, such as {@code --cluster-replica-validity-factor}. */
    static final ServerVersion OLDEST = new ServerVersion(List.of(5, 0));

    // The node timeout is shorter than the servers' own of 15 s, so that failovers can be tried out.
    private static final List<String> DEFAULTS = List.of("--cluster-node-timeout", "5000", "--cluster-replica-validity-factor",
            "0");
    private static final List<String> FIXED = List.of("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf",
            "--cluster-announce-ip", LoopbackPort.ADDRESS);
    // Fewer cannot agree that one of them has failed.
    private static final int PRIMARIES = 3;

    static ClusterShape withReplicas(int replicas) {
        return new ClusterShape(PRIMARIES, replicas);
    }

    @Override
    public String what() {
        return "cluster";
    }

    @Override
    public Optional<String> parts() {
        return Optional.of("a cluster of " + primaries + " primaries and " + replicas * primaries + " replicas");
    }

    @Override
    public String sharedAs() {
        return "cluster";
    }

    @Override
    public int servers() {
        return primaries * (1 + replicas);
    }

    /** The primaries tell of their replicas. */
    @Override
    public List<Integer> hosts(List<Integer> ports) {
        return ports.subList(0, primaries);
    }

    @Override
    public List<Integer> bus(List<Integer> ports) {
        return ports.stream().map(port -> port + BUS_OFFSET).toList();
    }

    /** The ports of the cluster bus follow too. */
    @Override
    public int largestFirstPort() {
        return LoopbackPort.LARGEST - BUS_OFFSET - (servers() - 1);
    }

    @Override
    public Optional<ServerVersion> oldest() {
        return Optional.of(OLDEST);
    }

    @Override
    public List<String> defaults(Optional<String> password) {
        List<String> defaults = new ArrayList<>(ReplicationArguments.defaults(password));
        defaults.addAll(DEFAULTS);
        return defaults;
    }

    @Override
    public List<String> fixed() {
        return FIXED;
    }

    @Override
    public Map<String, String> shown() {
        return Map.of("cluster.replicas", String.valueOf(replicas));
    }

    @Override
    public void form(List<Integer> ports, Optional<String> password, Duration timeout) throws IOException {
        ClusterFormation.form(this, ports, password, timeout);
    }

    @Override
    public Optional<Watch> watch(List<Integer> ports) {
        return Optional.empty();
    }

    /** The first slot of a primary; that of the one after the last is the number of slots. */
    int firstSlot(int primary) {
        return SLOTS * primary / primaries;
    }

    /** Which primary a server replicates; servers that come first are primaries. */
    int primaryOf(int server) {
        return server % primaries;
    }
}
