package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes replicas of servers that run, and has sentinels agree on them. */
final class ReplicationFormation {

    private ReplicationFormation() {
    }

    /**
     * Returns when all replicas have the data of the primary, and it knows.
     *
     * @param ports that of the primary, and then those of the replicas
     * @throws IOException if they do not in time; the message completes a sentence
     */
    static void form(List<Integer> ports, Optional<String> password, Duration timeout) throws IOException {
        try (ServerConnections servers = ServerConnections.open(ports, password, timeout)) {
            for (ServerConnection replica : servers.all().subList(1, ports.size())) {
                replica.call("REPLICAOF", LoopbackPort.ADDRESS, String.valueOf(ports.get(0)));
            }
            servers.await("do not replicate the first one", List.of("INFO", "replication"),
                    () -> online(servers.get(0)) == ports.size() - 1 && servers.all(server -> server == servers.get(0)
                            || server.text("INFO", "replication").contains("master_link_status:up")));
        }
    }

    private static long online(ServerConnection primary) throws IOException {
        return primary.text("INFO", "replication").lines()
                .filter(line -> line.startsWith("slave") && line.contains("state=online")).count();
    }

    /**
     * Returns when all sentinels know all servers and each other, so that each of them could make another server the primary.
     *
     * @throws IOException if they do not in time; the message completes a sentence
     */
    static void gather(Watch watch, Optional<String> password, Duration timeout) throws IOException {
        try (ServerConnections sentinels = ServerConnections.open(watch.sentinels(), password, timeout)) {
            sentinels.await("do not all watch " + watch.name() + " as sentinels", List.of("SENTINEL", "MASTERS"),
                    () -> sentinels.all(sentinel -> SentinelView.of(sentinel, watch.name()).isWhole(watch)));
        }
    }
}
