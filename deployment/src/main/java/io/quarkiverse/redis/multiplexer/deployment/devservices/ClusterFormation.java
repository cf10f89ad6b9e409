package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Makes a cluster of servers that run, by their own commands: no tool is needed. Slots are shared out evenly.
 * <p>
 * It takes a little more than two seconds: that long a primary waits before it takes part, in case it has been away.
 */
final class ClusterFormation implements AutoCloseable {

    private static final long PAUSE_MILLIS = 20;
    private static final Duration LONGEST_REPLY = Duration.ofSeconds(10);

    private final ClusterShape shape;
    private final List<Integer> ports;
    private final List<ServerConnection> servers = new ArrayList<>();
    private final Duration timeout;
    private final long deadline;

    private ClusterFormation(ClusterShape shape, List<Integer> ports, Duration timeout) {
        this.shape = shape;
        this.ports = ports;
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /**
     * Returns when all servers agree that the cluster is whole.
     *
     * @param ports those of the primaries, and then those of the replicas
     * @throws IOException if they do not by then; the message completes a sentence
     */
    static void form(ClusterShape shape, List<Integer> ports, Optional<String> password, Duration timeout) throws IOException {
        try (ClusterFormation formation = new ClusterFormation(shape, ports, timeout)) {
            for (int port : ports) {
                formation.servers.add(new ServerConnection(port, password, LONGEST_REPLY));
            }
            formation.form();
        }
    }

    private void form() throws IOException {
        for (int i = 0; i < servers.size(); i++) {
            // Two servers with one epoch would have to find out who yields.
            servers.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
        }
        for (int i = 0; i < shape.primaries(); i++) {
            // Before they meet, so that the first that they hear of each other is the whole truth. Ranges are not for Redis 6.
            List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            IntStream.range(shape.firstSlot(i), shape.firstSlot(i + 1)).mapToObj(String::valueOf).forEach(words::add);
            servers.get(i).call(words);
        }
        for (int i = 0; i < servers.size(); i++) {
            // Each with each: gossip alone takes seconds.
            for (int port : ports.subList(i + 1, ports.size())) {
                servers.get(i).call("CLUSTER", "MEET", LoopbackPort.ADDRESS, String.valueOf(port));
            }
        }
        await("do not know each other", this::knowEachOther);
        for (int i = shape.primaries(); i < servers.size(); i++) {
            String primary = servers.get(shape.primaryOf(i)).text("CLUSTER", "MYID");
            servers.get(i).call("CLUSTER", "REPLICATE", primary);
        }
        await("do not agree that the cluster is whole", this::agree);
    }

    private boolean knowEachOther() throws IOException {
        for (ServerConnection server : servers) {
            if (ClusterView.of(server).known() != servers.size()) {
                return false;
            }
        }
        return true;
    }

    private boolean agree() throws IOException {
        String first = ClusterView.of(servers.get(0)).owners();
        for (ServerConnection server : servers) {
            ClusterView view = ClusterView.of(server);
            if (!view.isWhole(shape) || !view.owners().equals(first)) {
                return false;
            }
        }
        return true;
    }

    /** A condition of all servers. */
    private interface Condition {

        boolean isMet() throws IOException;
    }

    private void await(String complaint, Condition condition) throws IOException {
        while (!isMet(condition)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the servers " + complaint + " after " + timeout.toMillis()
                        + " ms (quarkus.devservices.timeout); the first one knows of:" + System.lineSeparator()
                        + servers.get(0).text("CLUSTER", "NODES").strip());
            }
            pause();
        }
    }

    private static boolean isMet(Condition condition) throws IOException {
        try {
            return condition.isMet();
        } catch (ServerConnection.ErrorReply e) {
            // A replica that loads its primary's data has no other answer.
            return false;
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the cluster was formed", e);
        }
    }

    @Override
    public void close() throws IOException {
        for (ServerConnection server : servers) {
            server.close();
        }
    }
}
