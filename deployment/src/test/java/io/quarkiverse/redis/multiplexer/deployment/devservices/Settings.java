package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Settings of servers for tests. */
final class Settings {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private Settings() {
    }

    static ServerSettings none() {
        return withArguments();
    }

    static ServerSettings withArguments(String... arguments) {
        return new ServerSettings(ClientKeys.DEFAULT, OptionalInt.empty(), Optional.empty(), Optional.empty(),
                List.of(arguments), new SingleServer(), TIMEOUT);
    }

    static ServerSettings withPort(int port) {
        return new ServerSettings(ClientKeys.DEFAULT, OptionalInt.of(port), Optional.empty(), Optional.empty(), List.of(),
                new SingleServer(), TIMEOUT);
    }

    static ServerSettings withBinary(String binary, String... arguments) {
        return withBinary(binary, TIMEOUT, arguments);
    }

    static ServerSettings withBinary(String binary, Duration timeout, String... arguments) {
        return new ServerSettings(ClientKeys.DEFAULT, OptionalInt.empty(), Optional.of(binary), Optional.empty(),
                List.of(arguments), new SingleServer(), timeout);
    }

    static ServerSettings withVersion(String version) {
        return new ServerSettings(ClientKeys.DEFAULT, OptionalInt.empty(), Optional.empty(),
                Optional.of(ServerVersion.parse(version)), List.of(), new SingleServer(), TIMEOUT);
    }

    static ServerSettings withBinaryAndVersion(String binary, String version) {
        return new ServerSettings(ClientKeys.DEFAULT, OptionalInt.empty(), Optional.of(binary),
                Optional.of(ServerVersion.parse(version)), List.of(), new SingleServer(), TIMEOUT);
    }

    static ServerSettings cluster(int replicas, String... arguments) {
        return cluster(OptionalInt.empty(), Optional.empty(), replicas, arguments);
    }

    static ServerSettings clusterWithPort(int port, int replicas) {
        return cluster(OptionalInt.of(port), Optional.empty(), replicas);
    }

    static ServerSettings clusterWithBinary(String binary, int replicas, String... arguments) {
        return cluster(OptionalInt.empty(), Optional.of(binary), replicas, arguments);
    }

    static ServerSettings sentinels(int replicas, String... arguments) {
        return several(OptionalInt.empty(), Optional.empty(), watched(replicas), arguments);
    }

    static ServerSettings sentinelsWithPort(int port, int replicas) {
        return several(OptionalInt.of(port), Optional.empty(), watched(replicas));
    }

    static ServerSettings sentinelsWithBinary(String binary, int replicas, String... arguments) {
        return several(OptionalInt.empty(), Optional.of(binary), watched(replicas), arguments);
    }

    static ServerSettings replication(int replicas, String... arguments) {
        return several(OptionalInt.empty(), Optional.empty(), new ReplicationShape(replicas, Optional.empty()), arguments);
    }

    private static ReplicationShape watched(int replicas) {
        return new ReplicationShape(replicas, Optional.of("orders"));
    }

    private static ServerSettings cluster(OptionalInt port, Optional<String> binary, int replicas, String... arguments) {
        return several(port, binary, ClusterShape.withReplicas(replicas), arguments);
    }

    private static ServerSettings several(OptionalInt port, Optional<String> binary, Shape shape, String... arguments) {
        return new ServerSettings(ClientKeys.DEFAULT, port, binary, Optional.empty(), List.of(arguments), shape, TIMEOUT);
    }
}
