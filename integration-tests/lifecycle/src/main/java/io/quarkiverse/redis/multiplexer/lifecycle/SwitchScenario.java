package io.quarkiverse.redis.multiplexer.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tests of the showcase in one JVM, of which each has another {@code @TestProfile} than the one before, and with it the
 * other one of two places for its data.
 */
final class SwitchScenario {

    /** @param held what clients of the profile before answered */
    record Result(int switches, int hung, int errors, Map<String, Integer> held, int connectionsFirst, int connectionsLast,
            int threadsFirst, int threadsLast) {
    }

    private final ProjectCopy project;
    private final Places places;
    private final Path folder;

    SwitchScenario(ProjectCopy project, Places places, Path folder) {
        this.project = project;
        this.places = places;
        this.folder = folder;
    }

    Result run(int switches) throws IOException, InterruptedException {
        project.addTests();
        for (int test = 0; test <= switches; test++) {
            // Each has a profile of its own: Quarkus does not start one again that it has stopped.
            project.addTest("Switch%03dTest".formatted(test), 1 + test % Places.TESTS);
        }
        Path results = folder.resolve("switches.jsonl");
        Files.deleteIfExists(results);
        Path log = folder.resolve("switches.log");
        List<String> arguments = new ArrayList<>(places.forTests());
        arguments.addAll(List.of("-Dtest=Switch*Test", "-Dsurefire.failIfNoSpecifiedTests=false",
                "-Dlifecycle.results=" + results, "test"));
        int exit = project.maven(log, arguments.toArray(String[]::new)).waitFor();
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
