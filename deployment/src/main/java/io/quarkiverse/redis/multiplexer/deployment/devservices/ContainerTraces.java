package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a container runtime would have left traces. To look for them is quick and quiet, unlike asking Testcontainers, which
 * logs an ERROR of everything that it has tried if there is no container runtime, at the start and at each live reload.
 *
 * @param environment variables, and properties of the system
 * @param home of the user
 * @param sockets on which container runtimes listen
 * @param windows whether they listen on pipes, which are not looked for
 */
record ContainerTraces(Map<String, String> environment, Path home, List<Path> sockets, boolean windows) {

    /** Each names a container runtime that may be anywhere. */
    private static final Set<String> VARIABLES = Set.of("DOCKER_HOST", "DOCKER_CONTEXT", "TESTCONTAINERS_DOCKER_HOST",
            "TESTCONTAINERS_TC_HOST");
    private static final Pattern TESTCONTAINERS_HOST = Pattern.compile("(?m)^\\s*(docker|tc)\\.host\\s*[=:]");
    private static final Pattern DOCKER_CONTEXT = Pattern.compile("\"currentContext\"\\s*:\\s*\"(?!default\")[^\"]");

    static ContainerTraces ofThisMachine() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        VARIABLES.stream().filter(name -> System.getProperty(name) != null)
                .forEach(name -> environment.put(name, System.getProperty(name)));
        Path home = Path.of(System.getProperty("user.home"));
        return new ContainerTraces(environment, home, sockets(environment, home),
                System.getProperty("os.name").startsWith("Windows"));
    }

    private static List<Path> sockets(Map<String, String> environment, Path home) {
        List<Path> sockets = new ArrayList<>(List.of(Path.of("/var/run/docker.sock"), home.resolve(".docker/run/docker.sock"),
                home.resolve(".docker/desktop/docker.sock")));
        runtimeFolder(environment, home).forEach(folder -> {
            sockets.add(folder.resolve("docker.sock"));
            sockets.add(folder.resolve("podman/podman.sock"));
        });
        return sockets;
    }

    private static List<Path> runtimeFolder(Map<String, String> environment, Path home) {
        String configured = environment.get("XDG_RUNTIME_DIR");
        if (configured != null) {
            return List.of(Path.of(configured));
        }
        try {
            return List.of(Path.of("/run/user/" + Files.getAttribute(home, "unix:uid")));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return List.of();
        }
    }

    /** Whether there may be a container runtime. If not, there is none. */
    boolean any() {
        return windows || VARIABLES.stream().anyMatch(name -> !environment.getOrDefault(name, "").isBlank())
                || contains(home.resolve(".testcontainers.properties"), TESTCONTAINERS_HOST)
                || contains(home.resolve(".docker").resolve("config.json"), DOCKER_CONTEXT)
                || sockets.stream().anyMatch(ContainerTraces::isListening);
    }

    private static boolean contains(Path file, Pattern pattern) {
        try {
            return pattern.matcher(Files.readString(file, StandardCharsets.ISO_8859_1)).find();
        } catch (IOException e) {
            return false;
        }
    }

    /** Not so if it is what a runtime that does not run any more has left. */
    private static boolean isListening(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
