package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jboss.logging.Logger;

import io.quarkus.redis.deployment.client.DevServicesConfig;
import io.quarkus.runtime.LaunchMode;
import io.smallrye.config.SmallRyeConfig;

/**
 * An embedded server that several applications of one user share in dev mode, as they share a container: by the name of the
 * service. It is that of the application that has started it, and ends with that one. A file tells where it is: the process
 * that has started it, and its addresses. It is believed only in a folder of this user, as passwords are sent to where it says.
 *
 * @param name for messages
 * @param process this one, which does not share with itself
 */
record SharedService(String name, Path file, long process) {

    private static final Logger LOG = Logger.getLogger(EmbeddedRedis.LOG_CATEGORY);

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Empty if the server is for one application: sharing is for those who have configured it, in dev mode. */
    static Optional<SharedService> of(ServerSettings settings, DevServicesConfig stock, SmallRyeConfig config,
            LaunchMode mode) {
        boolean wanted = Stream.of("devservices.shared", "devservices.service-name")
                .flatMap(attribute -> settings.client().stock(attribute).stream()).map(config::getConfigValue)
                .anyMatch(value -> value.getValue() != null && value.getConfigSourceOrdinal() > Integer.MIN_VALUE);
        return wanted && stock.shared() && mode == LaunchMode.DEVELOPMENT
                ? Optional.of(of(settings, stock.serviceName(), ProcessHandle.current().pid()))
                : Optional.empty();
    }

    static SharedService of(ServerSettings settings, String name, long process) {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"), "redis-multiplexer-" + System.getProperty("user.name"));
        // A name may be anything, and a file's may not.
        String hex = HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8));
        return new SharedService(name, folder.resolve(settings.shape().sharedAs() + '-' + hex), process);
    }

    /** The addresses of the server that another application shares, if that runs and takes this password. */
    Optional<String> find(Optional<String> password) {
        try {
            new UserFolder(file.getParent()).open();
            List<String> lines = Files.readAllLines(file);
            String addresses = lines.get(1);
            long starter = Long.parseLong(lines.get(0));
            if (starter == process || ProcessHandle.of(starter).isEmpty()) {
                return Optional.empty();
            }
            int port = Integer.parseInt(addresses.split(",")[0].split(":")[1]);
            try (ServerConnection connection = new ServerConnection(port, password, PATIENCE)) {
                connection.call("PING");
            }
            return Optional.of(addresses);
        } catch (IOException | RuntimeException e) {
            LOG.debugf(e, "There is no server to share as \"%s\"", name);
            return Optional.empty();
        }
    }

    /** Others may share the server from now on. */
    void publish(String addresses) {
        try {
            new UserFolder(file.getParent()).open();
            Path complete = Files.createTempFile(file.getParent(), "new-", "");
            Files.write(complete, List.of(String.valueOf(process), addresses));
            Files.move(complete, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warnf("The embedded server cannot be shared as \"%s\": %s", name, e);
        }
    }
}
