package io.quarkiverse.redis.multiplexer.lifecycle;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A copy of this project, whose showcase has probes and may be changed. It is built and run by the project's own
 * {@code mvnw}, as a reactor: nothing needs to be installed.
 */
final class ProjectCopy {

    private static final String TEST = """
            package io.quarkiverse.redis.multiplexer.showcase;

            import io.quarkus.test.junit.QuarkusTest;
            import io.quarkus.test.junit.TestProfile;

            @QuarkusTest
            @TestProfile(%1$s.InPlace.class)
            class %1$s extends Switch {

                public static class InPlace extends Profile {

                    public InPlace() {
                        super(%2$d);
                    }
                }
            }
            """;
    private static final Set<String> LEFT_OUT = Set.of(".git", ".mvn", "target", "node_modules");

    private final Path project;
    private final Path folder;
    private int version;

    private ProjectCopy(Path project, Path folder) {
        this.project = project;
        this.folder = folder;
    }

    /** @param folder is deleted first */
    static ProjectCopy make(Path project, Path folder) throws IOException {
        delete(folder);
        copy(project, folder);
        // What Maven knows the root of a project by.
        Files.createDirectory(folder.resolve(".mvn"));
        ProjectCopy made = new ProjectCopy(project, folder);
        made.removeTests();
        made.addProbe("main", made.mainSources());
        return made;
    }

    /** Adds what uses Redis. */
    void addRedisProbes() throws IOException {
        addProbe("redis", mainSources());
    }

    void addTests() throws IOException {
        addProbe("test", testSources());
    }

    /** Adds a test that inherits what {@link #addTests} brought. Each has a profile of its own. */
    void addTest(String name, int place) throws IOException {
        Files.writeString(testSources().resolve(name + ".java"), TEST.formatted(name, place));
    }

    void removeTests() throws IOException {
        delete(testSources());
    }

    /** Leaves nothing of the application but the probe that does without Redis. */
    void removeRedis() throws IOException {
        removeTests();
        delete(showcase().resolve("target"));
        try (Stream<Path> sources = Files.list(mainSources())) {
            for (Path source : sources.filter(source -> !source.endsWith("Probe.java")).toList()) {
                Files.delete(source);
            }
        }
    }

    /** Lines for {@code application.properties}. */
    void configure(List<String> lines) throws IOException {
        Files.write(showcase().resolve("src/main/resources/application.properties"), lines, StandardOpenOption.APPEND);
    }

    /** What the probe tells. */
    String version() {
        return "version-" + version;
    }

    void changeVersion() throws IOException {
        String before = version();
        version++;
        change(mainSources().resolve("Probe.java"), text -> text.replace('"' + before + '"', '"' + version() + '"'));
    }

    void changeTestSource(String name, UnaryOperator<String> change) throws IOException {
        change(testSources().resolve(name), change);
    }

    /** Starts Maven on the showcase, and on what it is made of. It logs to {@code log}. */
    Process maven(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(project.resolve("mvnw").toString(), "-B", "-ntp",
                "-f", folder.resolve("pom.xml").toString(), "-pl", "integration-tests/showcase", "-am",
                "-DskipExtensionValidation", "-Dformatter.skip=true", "-Dimpsort.skip=true",
                "-Dquarkus.analytics.disabled=true"));
        String repository = System.getProperty("maven.repo.local");
        if (repository != null) {
            command.add("-Dmaven.repo.local=" + repository);
        }
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectInput(new File("/dev/null")).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
    }

    private void addProbe(String kind, Path target) throws IOException {
        Path probes = project.resolve("integration-tests/lifecycle/src/probe").resolve(kind);
        Files.createDirectories(target);
        try (Stream<Path> sources = Files.list(probes)) {
            for (Path source : sources.toList()) {
                Files.copy(source, target.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path showcase() {
        return folder.resolve("integration-tests/showcase");
    }

    private Path mainSources() {
        return showcase().resolve("src/main/java/io/quarkiverse/redis/multiplexer/showcase");
    }

    private Path testSources() {
        return showcase().resolve("src/test/java/io/quarkiverse/redis/multiplexer/showcase");
    }

    private static void change(Path file, UnaryOperator<String> change) throws IOException {
        String before = Files.readString(file);
        String after = change.apply(before);
        if (after.equals(before)) {
            throw new IllegalStateException("Nothing to change in " + file);
        }
        Files.writeString(file, after);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (LEFT_OUT.contains(String.valueOf(folder.getFileName()))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
