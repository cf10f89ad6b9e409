package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Connections to servers that are to become one thing, and the time they have for that. Not thread-safe. */
final class ServerConnections implements AutoCloseable {

    private static final long PAUSE_MILLIS = 20;
    private static final Duration LONGEST_REPLY = Duration.ofSeconds(10);

    private final List<ServerConnection> servers = new ArrayList<>();
    private final Duration timeout;
    private final long deadline;

    private ServerConnections(Duration timeout) {
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /** Connects to all of them. */
    static ServerConnections open(List<Integer> ports, Optional<String> password, Duration timeout) throws IOException {
        ServerConnections connections = new ServerConnections(timeout);
        try {
            for (int port : ports) {
                connections.servers.add(new ServerConnection(port, password, LONGEST_REPLY));
            }
            return connections;
        } catch (IOException e) {
            connections.close();
            throw e;
        }
    }

    /** In the order of their ports. */
    ServerConnection get(int server) {
        return servers.get(server);
    }

    List<ServerConnection> all() {
        return servers;
    }

    /** A condition of servers. */
    interface Condition {

        boolean isMet() throws IOException;
    }

    /** A condition of one server. */
    interface ServerCondition {

        boolean isMetBy(ServerConnection server) throws IOException;
    }

    /** Whether a condition is met by all servers. */
    boolean all(ServerCondition condition) throws IOException {
        for (ServerConnection server : servers) {
            if (!condition.isMetBy(server)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Waits for a condition. An error that a server answers is a condition that is not met yet.
     *
     * @param complaint of the servers, if it is not met in time
     * @param question the command that the first server tells more by
     * @throws IOException if it is not met in time; the message completes a sentence
     */
    void await(String complaint, List<String> question, Condition condition) throws IOException {
        while (!isMet(condition)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the servers " + complaint + " after " + timeout.toMillis()
                        + " ms (quarkus.devservices.timeout); the first one knows of:" + System.lineSeparator()
                        + String.valueOf(servers.get(0).call(question)).strip());
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
            throw new IOException("interrupted while the servers got to know each other", e);
        }
    }

    @Override
    public void close() throws IOException {
        for (ServerConnection server : servers) {
            server.close();
        }
    }
}
