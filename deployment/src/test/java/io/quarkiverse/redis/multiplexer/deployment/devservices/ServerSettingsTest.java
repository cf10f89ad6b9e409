package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
        assertEquals(Optional.of(new ClusterShape(3, 2)), cluster(OptionalInt.empty(), 2).cluster());
        assertEquals(9, cluster(OptionalInt.empty(), 2).servers());
        assertEquals(3, cluster(OptionalInt.empty(), 2).hosts());
        assertEquals("2", cluster(OptionalInt.empty(), 2).shown()
                .get("quarkus.redis-multiplexer.named.devservices.cluster.replicas"));
        assertEquals(Optional.empty(), settings(OptionalInt.empty(), OptionalInt.empty(), Optional.empty()).cluster());
    }

    @Test
    void aNumberOfReplicasThatIsOutOfItsRangeIsReportedByItsKey() {
        for (int replicas : new int[] { -1, 6 }) {
            String message = assertThrows(ConfigurationException.class, () -> cluster(OptionalInt.empty(), replicas))
                    .getMessage();
            assertEquals("quarkus.redis-multiplexer.named.devservices.cluster.replicas is " + replicas
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
            public DevServicesClusterBuildTimeConfig cluster() {
                return () -> replicas;
            }
        };
        return ServerSettings.of(new ClientKeys("named"), config, stockPort, type, Duration.ofSeconds(1));
    }
}
