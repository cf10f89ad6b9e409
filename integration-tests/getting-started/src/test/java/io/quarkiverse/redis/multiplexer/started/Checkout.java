package io.quarkiverse.redis.multiplexer.started;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** This project's checkout, and builds with its Maven in which the extension can be resolved as if it had been released. */
final class Checkout {

    static final String VERSION = System.getProperty("project.version");
    static final String QUARKUS_VERSION = System.getProperty("quarkus.version");

    private static final long LONGEST_BUILD_MINUTES = 4;

    private final Path root;
    private final Path target;
    private final LocalRegistry registry;

    Checkout() throws IOException {
        Path module = Path.of("").toAbsolutePath();
        root = module.getParent().getParent();
        target = module.resolve("target");
        registry = new LocalRegistry(target.resolve("repository"));
        registry.install("quarkus-redis-multiplexer-parent", root);
        registry.install("quarkus-redis-multiplexer", root.resolve("runtime"));
        registry.install("quarkus-redis-multiplexer-dev", root.resolve("runtime-dev"));
        registry.install("quarkus-redis-multiplexer-deployment", root.resolve("deployment"));
        // The applications have tests, whose libraries are looked for even where these are not run.
        registry.install("quarkus-redis-multiplexer-test-support", root.resolve("integration-tests/test-support"));
        registry.publish(root.resolve("runtime/target/classes/META-INF/quarkus-extension.yaml"));
    }

    /** One of the applications among the integration tests. */
    Path application(String name) {
        return root.resolve("integration-tests").resolve(name);
    }

    /** An empty folder. */
    Path folder(String name) throws IOException {
        Path folder = target.resolve("applications").resolve(name);
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(file -> assertTrue(file.toFile().delete(), file::toString));
            }
        }
        return Files.createDirectories(folder);
    }

    /** Runs Maven to its end, which must be good. */
    void maven(Path folder, String... arguments) throws IOException, InterruptedException {
        Path log = target.resolve("maven-" + folder.getFileName() + "-" + arguments[0].replaceAll("[^a-z-]", "_") + ".log");
        Process build = start(folder, log, arguments);
        try {
            assertTrue(build.waitFor(LONGEST_BUILD_MINUTES, TimeUnit.MINUTES), () -> "It takes too long; see " + log);
        } finally {
            end(build);
        }
        assertEquals(0, build.exitValue(), () -> log + ":\n" + read(log));
    }

    /** Starts Maven. */
    Process start(Path folder, Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(root.resolve("mvnw").toString(), "-B", "-ntp"));
        command.addAll(List.of(arguments));
        // What is not in the repository of these tests is looked for in that of the build, and only then elsewhere.
        command.add("-Dmaven.repo.local=" + registry.repository());
        command.add("-Dmaven.repo.local.tail=" + System.getProperty("maven.repo.local"));
        command.add("-Dmaven.repo.local.tail.ignoreAvailability=true");
        command.add("-Dquarkus.tools.config=" + registry.configuration());
        command.add("-Dquarkus.analytics.disabled=true");
        return new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(log.toFile()).start();
    }

    /** Ends a build as Ctrl+C does, and waits for it. */
    void end(Process build) throws InterruptedException {
        build.destroy();
        if (!build.waitFor(30, TimeUnit.SECONDS)) {
            build.descendants().forEach(ProcessHandle::destroyForcibly);
            build.destroyForcibly().waitFor();
        }
    }

    Path log(String name) {
        return target.resolve(name + ".log");
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
