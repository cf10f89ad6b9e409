package io.quarkiverse.redis.multiplexer.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.quarkiverse.redis.multiplexer.test.RedisServer;

/**
 * Tests of the showcase in one JVM, of which each has another {@code @TestProfile} than the one before, and with it the
 * other one of two databases.
 */
final class SwitchScenario {

    /** @param held what clients of the profile before answered */
    record Result(int switches, int hung, int errors, Map<String, Integer> held, int connectionsFirst, int connectionsLast,
            int threadsFirst, int threadsLast) {
    }

    private final ProjectCopy project;
    private final RedisServer server;
    private final Path folder;

    SwitchScenario(ProjectCopy project, RedisServer server, Path folder) {
        this.project = project;
        this.server = server;
        this.folder = folder;
    }

    Result run(int switches) throws IOException, InterruptedException {
        project.addTests();
        for (int test = 0; test <= switches; test++) {
            // Each has a profile of its own: Quarkus does not start one again that it has stopped.
            project.addTest("Switch%03dTest".formatted(test), 1 + test % 2);
        }
        Path results = folder.resolve("switches.jsonl");
        Files.deleteIfExists(results);
        Path log = folder.resolve("switches.log");
        int exit = project.maven(log, "-Dtest=Switch*Test", "-Dsurefire.failIfNoSpecifiedTests=false",
                "-Dlifecycle.redis=" + server.url(), "-Dlifecycle.results=" + results, "test").waitFor();
        List<Found> found = Found.in(results);
        if (found.size() != switches + 1) {
            throw new IllegalStateException(
                    "%d of %d tests were run, exit code %d; see %s".formatted(found.size(), switches + 1, exit, log));
        }
        Map<String, Integer> held = new TreeMap<>();
        found.stream().skip(1).forEach(one -> held.merge(one.held(), 1, Integer::sum));
        Found first = found.get(0);
        Found last = found.get(found.size() - 1);
        return new Result(switches, found.stream().mapToInt(Found::hung).sum(),
                found.stream().mapToInt(Found::errors).sum(), held, first.connections(), last.connections(),
                first.threads(), last.threads());
    }
}
