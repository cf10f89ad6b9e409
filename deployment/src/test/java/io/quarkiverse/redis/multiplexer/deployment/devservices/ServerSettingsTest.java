package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.deployment.config.DevServicesBuildTimeConfig;
import io.quarkiverse.redis.multiplexer.deployment.config.DevServicesClusterBuildTimeConfig;
import io.quarkiverse.redis.multiplexer.deployment.config.DevServicesMode;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.redis.client.RedisClientType;

class ServerSettingsTest {

    @Test
    void thePasswordIsTheOneThatTheArgumentsRequire() {
        assertEquals(Optional.empty(), Settings.withArguments("--maxmemory", "10mb").password());
        assertEquals(Optional.of("secret"), Settings.withArguments("--requirepass", "secret").password());
        assertEquals(Optional.of("secret"), Settings.withArguments("--requirepass secret").password());
        assertEquals(Optional.of("secret"), Settings.withArguments("--RequirePass", "secret").password());
        assertEquals(Optional.of("last"), Settings.withArguments("--requirepass", "first", "--requirepass", "last").password());
        assertEquals(Optional.empty(), Settings.withArguments("--requirepass").password());
    }

    @Test
    void thePasswordIsNotInTheText() {
        assertFalse(Settings.withArguments("--requirepass", "secret").toString().contains("secret"));
    }

    @Test
    void passwordsAreNotShown() {
        assertShown("--requirepass,(hidden),--maxmemory,10mb", "--requirepass", "secret", "--maxmemory", "10mb");
        assertShown("--RequirePass (hidden),--maxmemory 10mb", "--RequirePass secret", "--maxmemory 10mb");
        assertShown("--requirepass,(hidden)", "--requirepass", "--secret");
        assertShown("--masterauth,(hidden),--tls-key-file-pass,(hidden)", "--masterauth", "secret", "--tls-key-file-pass",
                "secret");
        assertShown("--user,(hidden),(hidden),(hidden)", "--user", "ada", "on", ">secret");
        assertEquals(Map.of(), Settings.none().shown());
    }

    private static void assertShown(String expected, String... arguments) {
        ServerSettings settings = Settings.withArguments(arguments);
        assertEquals(Map.of(settings.key("arguments"), expected), settings.shown());
    }

    @Test
    void ourPortGoesBeforeThatOfTheContainer() {
        assertEquals(OptionalInt.of(1), settings(OptionalInt.of(1), OptionalInt.of(2), Optional.empty()).port());
        assertEquals(OptionalInt.of(2), settings(OptionalInt.empty(), OptionalInt.of(2), Optional.empty()).port());
        assertEquals(OptionalInt.empty(), settings(OptionalInt.empty(), OptionalInt.empty(), Optional.empty()).port());
    }

    @Test
    void aPortThatIsNoneIsReportedByItsKey() {
        for (int port : new int[] { -1, 0, 65536 }) {
            ConfigurationException failure = assertThrows(ConfigurationException.class,
                    () -> settings(OptionalInt.of(port), OptionalInt.empty(), Optional.empty()));
            assertTrue(failure.getMessage().startsWith("quarkus.redis-multiplexer.named.devservices.port "),
                    failure.getMessage());
        }
    }

    @Test
    void aVersionThatIsNoneIsReportedByItsKey() {
        ConfigurationException failure = assertThrows(ConfigurationException.class,
                () -> settings(OptionalInt.empty(), OptionalInt.empty(), Optional.of("latest")));
        assertTrue(failure.getMessage().startsWith("quarkus.redis-multiplexer.named.devservices.version: "),
                failure.getMessage());
    }

    @Test
    void aClientOfTheTypeClusterGetsOne() {
        Shape shape = cluster(OptionalInt.empty(), 2).shape();
        assertEquals(new ClusterShape(3, 2), shape);
        assertEquals(9, shape.servers());
        assertEquals(List.of(1, 2, 3), shape.hosts(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9)));
        assertEquals("2", cluster(OptionalInt.empty(), 2).shown()
                .get("quarkus.redis-multiplexer.named.devservices.cluster.replicas"));
        assertEquals(new SingleServer(), settings(OptionalInt.empty(), OptionalInt.empty(), Optional.empty()).shape());
    }

    @Test
    void aClientOfTheTypeReplicationGetsAPrimaryWithReplicas() {
        ServerSettings settings = settings(RedisClientType.REPLICATION, "not asked for", 2);
        assertEquals(new ReplicationShape(2, Optional.empty()), settings.shape());
        assertEquals(3, settings.shape().servers());
        assertEquals(List.of(1, 2, 3), settings.shape().hosts(List.of(1, 2, 3)));
        assertEquals(Optional.empty(), settings.shape().watch(List.of(1, 2, 3)));
        assertEquals("2", settings.shown().get("quarkus.redis-multiplexer.named.devservices.replicas"));
    }

    @Test
    void aClientOfTheTypeSentinelGetsThreeOfThemBesides() {
        ServerSettings settings = settings(RedisClientType.SENTINEL, "orders", 1);
        assertEquals(new ReplicationShape(1, Optional.of("orders")), settings.shape());
        assertEquals(5, settings.shape().servers());
        assertEquals(List.of(3, 4, 5), settings.shape().hosts(List.of(1, 2, 3, 4, 5)));
        assertEquals(Optional.of(new Watch("orders", List.of(1, 2), List.of(3, 4, 5))),
                settings.shape().watch(List.of(1, 2, 3, 4, 5)));
        assertEquals(65_531, settings.shape().largestFirstPort());
        assertNotEquals(settings, settings(RedisClientType.SENTINEL, "carts", 1));
    }

    @Test
    void aNameThatSentinelsDoNotTakeIsReportedByItsKey() {
        String message = assertThrows(ConfigurationException.class, () -> settings(RedisClientType.SENTINEL, "my orders", 1))
                .getMessage();
        assertEquals("quarkus.redis.named.master-name is \"my orders\", but embedded sentinels want a name of letters, digits"
                + " and the characters .-_", message);
    }

    private static ServerSettings settings(RedisClientType type, String primaryName, int replicas) {
        return settings(OptionalInt.empty(), OptionalInt.empty(), Optional.empty(),
                new ServerDemand(DevServicesMode.AUTO, false, false, type, primaryName), replicas);
    }

    @Test
    void aNumberOfReplicasThatIsOutOfItsRangeIsReportedByItsKey() {
        for (int replicas : new int[] { -1, 6 }) {
            String message = assertThrows(ConfigurationException.class, () -> cluster(OptionalInt.empty(), replicas))
                    .getMessage();
            assertEquals("quarkus.redis-multiplexer.named.devservices.cluster.replicas is " + replicas
                    + ", but must be within 0 and 5" + System.lineSeparator()
                    + "quarkus.redis-multiplexer.named.devservices.replicas is " + replicas
                    + ", but must be within 0 and 5", message);
        }
    }

    @Test
    void aClusterNeedsRoomForAllOfItsPorts() {
        assertEquals(OptionalInt.of(55530), cluster(OptionalInt.of(55530), 1).port());
        String message = assertThrows(ConfigurationException.class, () -> cluster(OptionalInt.of(55531), 1)).getMessage();
        assertTrue(message.endsWith(" is 55531, but must be within 1 and 55530"), message);
    }

    @Test
    void theOldestVersionIsTheConfiguredOneOrTheOneThatAClusterNeeds() {
        assertEquals(Optional.empty(), Settings.none().oldest());
        assertEquals(Optional.of(ClusterShape.OLDEST), Settings.cluster(0).oldest());
        assertEquals("5.0", Settings.replication(0).oldest().orElseThrow().toString());
        for (String version : List.of("4.0", "7.0")) {
            assertEquals(version.equals("7.0") ? "7.0" : "5.0", settings(OptionalInt.empty(), OptionalInt.empty(),
                    Optional.of(version), RedisClientType.CLUSTER, 0).oldest().orElseThrow().toString());
        }
    }

    private static ServerSettings cluster(OptionalInt port, int replicas) {
        return settings(port, OptionalInt.empty(), Optional.empty(), RedisClientType.CLUSTER, replicas);
    }

    private static ServerSettings settings(OptionalInt port, OptionalInt stockPort, Optional<String> version) {
        return settings(port, stockPort, version, RedisClientType.STANDALONE, 0);
    }

    private static ServerSettings settings(OptionalInt port, OptionalInt stockPort, Optional<String> version,
            RedisClientType type, int replicas) {
        return settings(port, stockPort, version, new ServerDemand(DevServicesMode.AUTO, false, false, type, "orders"),
                replicas);
    }

    private static ServerSettings settings(OptionalInt port, OptionalInt stockPort, Optional<String> version,
            ServerDemand demand, int replicas) {
        DevServicesBuildTimeConfig config = new DevServicesBuildTimeConfig() {
            @Override
            public Optional<DevServicesMode> mode() {
                return Optional.empty();
            }

            @Override
            public OptionalInt port() {
                return port;
            }

            @Override
            public Optional<String> binary() {
                return Optional.empty();
            }

            @Override
            public Optional<String> version() {
                return version;
            }

            @Override
            public Optional<List<String>> arguments() {
                return Optional.empty();
            }

            @Override
            public int replicas() {
                return replicas;
            }

            @Override
            public DevServicesClusterBuildTimeConfig cluster() {
                return () -> replicas;
            }
        };
        return ServerSettings.of(new ClientKeys("named"), config, stockPort, demand, Duration.ofSeconds(1));
    }
}
