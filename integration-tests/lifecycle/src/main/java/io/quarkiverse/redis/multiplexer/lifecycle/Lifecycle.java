package io.quarkiverse.redis.multiplexer.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.quarkiverse.redis.multiplexer.test.Progress;
import io.quarkiverse.redis.multiplexer.test.RedisServer;

/** All scenarios, one after the other, on a copy of the project and Redis servers of their own. */
final class Lifecycle {

    private final Path project;
    private final Path folder;
    private final Client client;
    private final ServerTopology topology;
    private final Progress progress;
    private final int port = RedisServer.freePort();

    Lifecycle(Path project, Client client, ServerTopology topology, Progress progress) {
        this.project = project;
        this.folder = project.resolve("integration-tests/lifecycle/target/run-" + client + "-" + topology);
        this.client = client;
        this.topology = topology;
        this.progress = progress;
    }

    /** @param compare whether the same reloads are run without Redis, to compare with */
    Summary run(int reloads, int switches, int rounds, boolean compare) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        ProjectCopy copy = ProjectCopy.make(project, folder.resolve("project"));
        copy.addRedisProbes();
        try (Places places = topology.start()) {
            copy.configure(List.of("", client.configuration(), "quarkus.http.port=" + port,
                    // So that connections that nobody uses, and their timers, have gone when they are counted.
                    "quarkus.http.idle-timeout=8s",
                    "quarkus.redis.pool-cleaner-interval=500ms", "quarkus.redis.pool-recycle-timeout=1s",
                    "quarkus.redis.stats.pool-cleaner-interval=500ms", "quarkus.redis.stats.pool-recycle-timeout=1s",
                    "quarkus.redis.client-type=" + places.clientType(),
                    "quarkus.redis.stats.client-type=" + places.clientType(),
                    // Nothing to other types than the cluster.
                    "quarkus.redis.cluster-transactions=single-node",
                    "quarkus.redis.hosts=" + places.hosts(Places.APPLICATION),
                    "quarkus.redis.stats.hosts=" + places.hosts(Places.APPLICATION)));
            Summary.Builder summary = new Summary.Builder(client, topology);
            reload(copy, places, reloads, summary);
            testContinuously(copy, places, rounds, summary);
            switchProfiles(copy, places, switches, summary);
            if (compare) {
                copy.removeRedis();
                reloadWithoutRedis(copy, reloads, summary);
            }
            return summary.build();
        }
    }

    private void reload(ProjectCopy copy, Places places, int reloads, Summary.Builder summary)
            throws IOException, InterruptedException {
        progress.tell("dev mode with the %s client starts", client);
        try (DevMode application = DevMode.start(copy, folder.resolve("dev-mode.log"), port, "")) {
            summary.reloads = new ReloadScenario(application, places, progress).run(reloads);
            progress.tell("first %s", summary.reloads.first());
            progress.tell("last  %s", summary.reloads.last());
            summary.reloads.samples().forEach((text, count) -> progress.tell("%d times: %s", count, text));
            summary.reloads.heldSamples().forEach((text, count) -> progress.tell("held, %d times: %s", count, text));
            StopScenario stops = new StopScenario(application);
            summary.blockingPop = stops.duringBlockingPop();
            progress.tell("a stop with a BLPOP in flight: %s", summary.blockingPop);
            summary.script = stops.duringScript();
            progress.tell("a stop with a slow EVAL in flight: %s", summary.script);
            summary.paused = stops.whilePaused();
            progress.tell("a stop with a paused server: %s", summary.paused);
        }
    }

    private void testContinuously(ProjectCopy copy, Places places, int rounds, Summary.Builder summary)
            throws IOException, InterruptedException {
        progress.tell("dev mode with continuous testing starts");
        summary.continuousTesting = new ContinuousTestingScenario(copy, places, folder, progress).run(rounds, port);
        progress.tell("continuous testing: %s", summary.continuousTesting);
    }

    private void switchProfiles(ProjectCopy copy, Places places, int switches, Summary.Builder summary)
            throws IOException, InterruptedException {
        progress.tell("%d switches between test profiles", switches);
        copy.removeTests();
        summary.switches = new SwitchScenario(copy, places, folder).run(switches);
        progress.tell("switches: %s", summary.switches);
    }

    private void reloadWithoutRedis(ProjectCopy copy, int reloads, Summary.Builder summary)
            throws IOException, InterruptedException {
        progress.tell("dev mode without Redis starts, for comparison");
        try (DevMode application = DevMode.start(copy, folder.resolve("dev-mode-without-redis.log"), port, "")) {
            summary.withoutRedis = new ReloadScenario(application, null, progress).run(reloads);
            progress.tell("first %s", summary.withoutRedis.first());
            progress.tell("last  %s", summary.withoutRedis.last());
        }
    }
}
