package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.deployment.config.DevServicesBuildTimeConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.redis.client.RedisClientType;

/**
 * What the embedded server of one client is to be, or its servers. Servers with equal settings are the same to the client, so
 * that a live reload keeps them.
 *
 * @param port the first one
 * @param version the oldest that will do, as it is configured
 * @param shape which servers these are
 */
record ServerSettings(ClientKeys client, OptionalInt port, Optional<String> binary, Optional<ServerVersion> version,
        List<String> arguments, Shape shape, Duration startTimeout) {

    private static final String REQUIRE_PASSWORD = "--requirepass";
    /** Options whose values are, or may be, passwords: --requirepass, --masterauth, --tls-key-file-pass, --user ... */
    private static final Pattern SECRET_OPTION = Pattern.compile("--(.*pass.*|.*auth.*|user)", Pattern.CASE_INSENSITIVE);

    /** What is shown in the place of a password. */
    static final String HIDDEN = "(hidden)";

    /** @param stockPort the port that is configured for the container, in place of which the embedded server is */
    static ServerSettings of(ClientKeys client, DevServicesBuildTimeConfig config, OptionalInt stockPort,
            ServerDemand demand, Duration startTimeout) {
        List<String> problems = problems(client, config, stockPort, demand);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(String.join(System.lineSeparator(), problems));
        }
        return new ServerSettings(client, port(config, stockPort), config.binary(),
                config.version().map(ServerVersion::parse), config.arguments().orElse(List.of()),
                Shape.of(config, demand), startTimeout);
    }

    /** Everything that is out of its range, one sentence each, naming the key, the value and the range. */
    static List<String> problems(ClientKeys client, DevServicesBuildTimeConfig config, OptionalInt stockPort,
            ServerDemand demand) {
        List<String> problems = new ArrayList<>();
        checkReplicas(client.ourKey("devservices.cluster.replicas"), config.cluster().replicas(), ClusterShape.MOST_REPLICAS,
                problems);
        checkReplicas(client.ourKey("devservices.replicas"), config.replicas(), ReplicationShape.MOST_REPLICAS, problems);
        if (demand.type() == RedisClientType.SENTINEL && !ReplicationShape.NAME.matcher(demand.primaryName()).matches()) {
            problems.add(client.stockKey("master-name") + " is \"" + demand.primaryName()
                    + "\", but embedded sentinels want a name of letters, digits and the characters .-_");
        }
        int largest = Shape.of(config, demand).largestFirstPort();
        port(config, stockPort).ifPresent(port -> {
            if (port < 1 || port > largest) {
                problems.add(client.ourKey("devservices.port") + " or " + client.stockKey("devservices.port") + " is " + port
                        + ", but must be within 1 and " + largest);
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

    private static void checkReplicas(String key, int replicas, int most, List<String> problems) {
        if (replicas < 0 || replicas > most) {
            problems.add(key + " is " + replicas + ", but must be within 0 and " + most);
        }
    }

    private static OptionalInt port(DevServicesBuildTimeConfig config, OptionalInt stockPort) {
        return config.port().isPresent() ? config.port() : stockPort;
    }

    /** The oldest version that will do: the configured one, or the one that its shape needs, if that is newer. */
    Optional<ServerVersion> oldest() {
        return Stream.concat(version.stream(), shape.oldest().stream()).max(Comparator.naturalOrder());
    }

    /** What messages call what is started. */
    String what() {
        return shape.what();
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

    /** Our keys that are configured, without passwords. */
    Map<String, String> shown() {
        Map<String, String> shown = new LinkedHashMap<>();
        binary.ifPresent(value -> shown.put(key("binary"), value));
        version.ifPresent(value -> shown.put(key("version"), value.toString()));
        port.ifPresent(value -> shown.put(key("port"), String.valueOf(value)));
        if (!arguments.isEmpty()) {
            shown.put(key("arguments"), String.join(",", shownArguments()));
        }
        shape.shown().forEach((attribute, value) -> shown.put(key(attribute), value));
        return shown;
    }

    private List<String> shownArguments() {
        List<String> shown = new ArrayList<>();
        boolean secret = false;
        boolean valueExpected = false;
        for (String argument : arguments) {
            // A password may look like an option.
            if (argument.startsWith("--") && !(secret && valueExpected)) {
                String[] words = argument.split(" ", 2);
                secret = SECRET_OPTION.matcher(words[0]).matches();
                valueExpected = words.length == 1;
                shown.add(secret && !valueExpected ? words[0] + ' ' + HIDDEN : argument);
            } else {
                shown.add(secret ? HIDDEN : argument);
                valueExpected = false;
            }
        }
        return shown;
    }

    /** Our key of this client, for messages. */
    String key(String attribute) {
        return client.ourKey("devservices." + attribute);
    }

    /** What is thrown if these settings cannot be met. */
    ConfigurationException failure(String why) {
        return new ConfigurationException("Dev Services cannot start a " + what() + " for " + client.label() + ": " + why);
    }

    /** Without the arguments, as a password may be among them. */
    @Override
    public String toString() {
        return "ServerSettings[" + client.label() + ", port=" + port + ", binary=" + binary + ", version=" + version
                + ", shape=" + shape + ']';
    }
}
