package io.quarkiverse.redis.multiplexer.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.quarkiverse.redis.multiplexer.test.Progress;

/** The application in dev mode is used all the time, while its tests, of two profiles, run beside it in the same JVM. */
final class ContinuousTestingScenario {

    /**
     * @param connectionsKept how many of the application's connections before the first change of tests were there after the
     *        last one
     */
    record Result(int rounds, long requests, int hung, int errors, int testErrors, int connectionsKept,
            Map<String, Integer> samples) {
    }

    private static final List<String> TESTS = List.of("FirstTest", "SecondTest");
    private static final Duration ROUND_TIMEOUT = Duration.ofMinutes(2);

    private final ProjectCopy project;
    private final Places places;
    private final Path folder;
    private final Progress progress;

    ContinuousTestingScenario(ProjectCopy project, Places places, Path folder, Progress progress) {
        this.project = project;
        this.places = places;
        this.folder = folder;
        this.progress = progress;
    }

    /** @param port of the application */
    Result run(int rounds, int port) throws IOException, InterruptedException {
        project.addTests();
        for (String test : TESTS) {
            project.addTest(test, 1 + TESTS.indexOf(test));
        }
        Path results = folder.resolve("continuous-testing.jsonl");
        Files.deleteIfExists(results);
        String arguments = "-Dquarkus.test.continuous-testing=enabled " + String.join(" ", places.forTests())
                + " -Dlifecycle.results=" + results;
        try (DevMode application = DevMode.start(project, folder.resolve("continuous-testing.log"), port, arguments);
                Traffic traffic = Traffic.start(application.url(), ReloadScenario.SHOWCASE)) {
            awaitRound(results, 0);
            Set<String> connections = connectionsOfApplication();
            for (int round = 1; round <= rounds; round++) {
                String before = "parseInt(\"" + (round - 1) + "\")";
                String after = "parseInt(\"" + round + "\")";
                project.changeTestSource("Switch.java", text -> text.replace(before, after));
                awaitRound(results, round);
                progress.tell("continuous testing: round %d of %d, %d requests, %d errors", round, rounds,
                        traffic.requests(), traffic.errors());
            }
            Set<String> kept = connectionsOfApplication();
            kept.retainAll(connections);
            List<Found> found = Found.in(results);
            Map<String, Integer> samples = new TreeMap<>(traffic.samples());
            found.forEach(test -> test.failures().forEach(failure -> samples.merge("test: " + failure, 1, Integer::sum)));
            return new Result(rounds, traffic.requests(), traffic.hung() + found.stream().mapToInt(Found::hung).sum(),
                    traffic.errors(), found.stream().mapToInt(Found::errors).sum(), kept.size(), samples);
        }
    }

    private static void awaitRound(Path results, int round) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + ROUND_TIMEOUT.toNanos();
        while (Found.in(results).stream().filter(found -> found.round() == round).count() < TESTS.size()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Tests of round " + round + " have not been run; see " + results);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** By their ids; the tests have other places than the application. */
    private Set<String> connectionsOfApplication() {
        return places.connections(Places.APPLICATION).stream().map(line -> line.substring(0, line.indexOf(' ')))
                .collect(Collectors.toSet());
    }
}
