package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A primary and its replicas, and three sentinels if somebody is to watch them. The primary is the first of the processes,
 * and sentinels are the last.
 *
 * @param watched the name by which sentinels know the primary; empty for no sentinels
 */
record ReplicationShape(int replicas, Optional<String> watched) implements Shape {

    static final int MOST_REPLICAS = 5;

    /** What sentinels take for a name. */
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

    // The first one that knows options and commands by their names of today, such as known-replica.
    private static final ServerVersion OLDEST = new ServerVersion(List.of(5, 0));
    // Fewer have no majority when one of them is lost.
    private static final int SENTINELS = 3;

    @Override
    public String what() {
        return "primary with " + (watched.isPresent() ? "sentinels" : "replicas");
    }

    @Override
    public Optional<String> parts() {
        String servers = "a primary and " + count(replicas, "replica", "replicas");
        return Optional.of(watched.map(name -> servers + ", watched as " + name + " by " + SENTINELS + " sentinels,")
                .orElse(servers));
    }

    private static String count(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    @Override
    public String sharedAs() {
        return watched.map(name -> "sentinel-" + name).orElse("replication");
    }

    private int sentinels() {
        return watched.isPresent() ? SENTINELS : 0;
    }

    private List<Integer> dataPorts(List<Integer> ports) {
        return ports.subList(0, 1 + replicas);
    }

    @Override
    public int servers() {
        return 1 + replicas + sentinels();
    }

    @Override
    public List<Integer> hosts(List<Integer> ports) {
        return watch(ports).map(Watch::sentinels).orElse(ports);
    }

    @Override
    public List<Integer> bus(List<Integer> ports) {
        return List.of();
    }

    @Override
    public int largestFirstPort() {
        return LoopbackPort.LARGEST - (servers() - 1);
    }

    @Override
    public Optional<ServerVersion> oldest() {
        return Optional.of(OLDEST);
    }

    @Override
    public List<String> defaults(Optional<String> password) {
        return ReplicationArguments.defaults(password);
    }

    @Override
    public List<String> fixed() {
        return List.of();
    }

    @Override
    public Map<String, String> shown() {
        return Map.of("replicas", String.valueOf(replicas));
    }

    @Override
    public void form(List<Integer> ports, Optional<String> password, Duration timeout) throws IOException {
        ReplicationFormation.form(dataPorts(ports), password, timeout);
    }

    @Override
    public Optional<Watch> watch(List<Integer> ports) {
        return watched.map(name -> new Watch(name, dataPorts(ports), ports.subList(1 + replicas, ports.size())));
    }
}
