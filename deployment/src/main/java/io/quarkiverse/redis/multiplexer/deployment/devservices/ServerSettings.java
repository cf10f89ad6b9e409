package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * What the embedded server of one client is to be. Servers with equal settings are the same to the client, so that a live
 * reload keeps them.
 *
 * @param version the oldest that will do
 */
record ServerSettings(ClientKeys client, OptionalInt port, Optional<String> binary, Optional<ServerVersion> version,
        List<String> arguments, Duration startTimeout) {

    private static final int LARGEST_PORT = 65535;
    private static final String REQUIRE_PASSWORD = "--requirepass";

    /** @param stockPort the port that is configured for the container, in place of which the embedded server is */
    static ServerSettings of(ClientKeys client, DevServicesBuildTimeConfig config, OptionalInt stockPort,
            Duration startTimeout) {
        List<String> problems = problems(client, config, stockPort);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(String.join(System.lineSeparator(), problems));
        }
        return new ServerSettings(client, port(config, stockPort), config.binary(),
                config.version().map(ServerVersion::parse), config.arguments().orElse(List.of()), startTimeout);
    }

    /** Everything that is out of its range, one sentence each, naming the key, the value and the range. */
    static List<String> problems(ClientKeys client, DevServicesBuildTimeConfig config, OptionalInt stockPort) {
        List<String> problems = new ArrayList<>();
        port(config, stockPort).ifPresent(port -> {
            if (port < 1 || port > LARGEST_PORT) {
                problems.add(client.ourKey("devservices.port") + " or " + client.stockKey("devservices.port") + " is " + port
                        + ", but must be within 1 and " + LARGEST_PORT);
            }
        });
        config.version().ifPresent(version -> {
            try {
                ServerVersion.parse(version);
            } catch (IllegalArgumentException e) {
                problems.add(client.ourKey("devservices.version") + ": " + e.getMessage());
            }
        });
        return problems;
    }

    private static OptionalInt port(DevServicesBuildTimeConfig config, OptionalInt stockPort) {
        return config.port().isPresent() ? config.port() : stockPort;
    }

    /** The password that the arguments make the server require. As with the server, the last one counts. */
    Optional<String> password() {
        String password = "";
        for (int i = 0; i < arguments.size(); i++) {
            String[] words = arguments.get(i).split(" ", 2);
            if (words[0].equalsIgnoreCase(REQUIRE_PASSWORD)) {
                if (words.length == 2) {
                    password = words[1].trim();
                } else if (i + 1 < arguments.size()) {
                    password = arguments.get(++i);
                }
            }
        }
        return password.isEmpty() ? Optional.empty() : Optional.of(password);
    }

    /** Our key of this client, for messages. */
    String key(String attribute) {
        return client.ourKey("devservices." + attribute);
    }

    /** Without the arguments, as a password may be among them. */
    @Override
    public String toString() {
        return "ServerSettings[" + client.label() + ", port=" + port + ", binary=" + binary + ", version=" + version + ']';
    }
}
