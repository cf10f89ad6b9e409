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

    Readme readme(String section) throws IOException {
        return Readme.section(root.resolve("README.md"), section);
    }

    /** The version of Quarkus that this project is built with if no other is asked for. */
    String quarkusVersion() throws IOException {
        return Files.readString(root.resolve("pom.xml")).split("</?quarkus.version>")[1];
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
        List<String> command = command();
        command.addAll(List.of(arguments));
        run(folder, folder.getFileName() + "-" + arguments[0].replaceAll("[^a-z-]", "_"), command);
    }

    /** Types commands to their end, which must be good. */
    void type(Path folder, String commands) throws IOException, InterruptedException {
        run(folder, folder.getFileName() + "-typed", List.of("sh", "-ec", commands));
    }

    /** Types a command that goes on. */
    Process start(Path folder, Path log, String command) throws IOException {
        return start(folder, log, List.of("sh", "-c", "exec " + command));
    }

    /** Puts the Maven of these tests where there is none, or one that would have to be fetched. */
    void putMaven(Path folder, String... options) throws IOException {
        List<String> command = command();
        command.addAll(List.of(options));
        Path wrapper = Files.createDirectories(folder).resolve("mvnw");
        Files.writeString(wrapper, "#!/bin/sh\nexec '" + String.join("' '", command) + "' \"$@\"\n");
        assertTrue(wrapper.toFile().setExecutable(true));
    }

    private List<String> command() {
        // What is not in the repository of these tests is looked for in that of the build, and only then elsewhere.
        return new ArrayList<>(List.of(root.resolve("mvnw").toString(), "-B", "-ntp",
                "-Dmaven.repo.local=" + registry.repository(),
                "-Dmaven.repo.local.tail=" + System.getProperty("maven.repo.local"),
                "-Dmaven.repo.local.tail.ignoreAvailability=true",
                "-Dquarkus.tools.config=" + registry.configuration(),
                "-Dquarkus.analytics.disabled=true"));
    }

    private void run(Path folder, String name, List<String> command) throws IOException, InterruptedException {
        Path log = log("maven-" + name);
        Process build = start(folder, log, command);
        try {
            assertTrue(build.waitFor(LONGEST_BUILD_MINUTES, TimeUnit.MINUTES), () -> "It takes too long; see " + log);
        } finally {
            end(build);
        }
        assertEquals(0, build.exitValue(), () -> log + ":\n" + read(log));
    }

    private static Process start(Path folder, Path log, List<String> command) throws IOException {
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
