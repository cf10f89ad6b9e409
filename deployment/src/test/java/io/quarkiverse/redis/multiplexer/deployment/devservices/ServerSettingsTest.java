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
import io.quarkiverse.redis.multiplexer.deployment.config.DevServicesMode;
import io.quarkus.runtime.configuration.ConfigurationException;

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

    private static ServerSettings settings(OptionalInt port, OptionalInt stockPort, Optional<String> version) {
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
        };
        return ServerSettings.of(new ClientKeys("named"), config, stockPort, Duration.ofSeconds(1));
    }
}
