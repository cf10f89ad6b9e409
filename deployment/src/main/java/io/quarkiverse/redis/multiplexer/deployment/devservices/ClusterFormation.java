package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes a cluster of servers that run, by their own commands: no tool is needed. Slots are shared out evenly.
 * <p>
 * It takes a little more than two seconds: that long a primary waits before it takes part, in case it has been away.
 */
final class ClusterFormation {

    private final ClusterShape shape;
    private final List<Integer> ports;
    private final ServerConnections servers;

    private ClusterFormation(ClusterShape shape, List<Integer> ports, ServerConnections servers) {
        this.shape = shape;
        this.ports = ports;
        this.servers = servers;
    }

    /**
     * Returns when all servers agree that the cluster is whole.
     *
     * @param ports those of the primaries, and then those of the replicas
     * @throws IOException if they do not by then; the message completes a sentence
     */
    static void form(ClusterShape shape, List<Integer> ports, Optional<String> password, Duration timeout) throws IOException {
        try (ServerConnections servers = ServerConnections.open(ports, password, timeout)) {
            new ClusterFormation(shape, ports, servers).form();
        }
    }

    private void form() throws IOException {
        for (int i = 0; i < ports.size(); i++) {
            // Two servers with one epoch would have to find out who yields.
            servers.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
        }
        for (int i = 0; i < shape.primaries(); i++) {
            // Before they meet, so that the first that they hear of each other is the whole truth. Ranges are not for Redis 6.
            List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            IntStream.range(shape.firstSlot(i), shape.firstSlot(i + 1)).mapToObj(String::valueOf).forEach(words::add);
            servers.get(i).call(words);
        }
        await("do not know each other", this::knowEachOther);
        for (int i = shape.primaries(); i < ports.size(); i++) {
            String primary = servers.get(shape.primaryOf(i)).text("CLUSTER", "MYID");
            servers.get(i).call("CLUSTER", "REPLICATE", primary);
        }
        await("do not agree that the cluster is whole", this::agree);
    }

    private boolean knowEachOther() throws IOException {
        for (int i = 0; i < ports.size(); i++) {
            meet(i);
        }
        return servers.all(server -> ClusterView.of(server).known() == ports.size());
    }

    /**
     * Each with each: gossip alone takes seconds. A server forgets whom it was about to meet if that takes too long, as on a
     * busy machine. Then it is told again.
     */
    private void meet(int server) throws IOException {
        String known = servers.get(server).text("CLUSTER", "NODES");
        for (int port : ports.subList(server + 1, ports.size())) {
            if (!known.contains(":" + port + "@")) {
                servers.get(server).call("CLUSTER", "MEET", LoopbackPort.ADDRESS, String.valueOf(port));
            }
        }
    }

    private boolean agree() throws IOException {
        String first = ClusterView.of(servers.get(0)).owners();
        return servers.all(server -> {
            ClusterView view = ClusterView.of(server);
            return view.isWhole(shape) && view.owners().equals(first);
        });
    }

    private void await(String complaint, ServerConnections.Condition condition) throws IOException {
        servers.await(complaint, List.of("CLUSTER", "NODES"), condition);
    }
}
