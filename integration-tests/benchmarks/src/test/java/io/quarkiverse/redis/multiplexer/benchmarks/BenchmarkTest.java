package io.quarkiverse.redis.multiplexer.benchmarks;

import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.AS_STANDALONE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.CLUSTER;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.CLUSTER_LETTUCE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.CLUSTER_STOCK;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.JEDIS;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.LETTUCE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.LETTUCE_EPOLL;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.LETTUCE_ON_LOOP;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.LETTUCE_UNIX;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.OURS;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.OURS_DATA_SOURCE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.OURS_EPOLL;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.OURS_UNIX;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.REDISSON;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.REPLICATION;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.REPLICATION_LETTUCE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.REPLICATION_SHARE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.REPLICATION_SHARE_LETTUCE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.REPLICATION_SHARE_STOCK;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.REPLICATION_STOCK;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.SENTINEL;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.SENTINEL_LETTUCE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.SENTINEL_STOCK;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK_2000;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK_DATA_SOURCE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK_EPOLL;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK_UNIX;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.THREE_STANDALONE;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Callers;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Workload;

/** A slice of a few seconds of what the script runs. How fast everyone is depends on the machine, and is not for here. */
class BenchmarkTest {

    private static final List<ContestantType> EVERYONE = List.of(STOCK, LETTUCE, LETTUCE_ON_LOOP, REDISSON, OURS,
            OURS_DATA_SOURCE);

    /** What the benchmark finds is above 15: a machine with much else to do must not fail this. */
    private static final double SAFE_FACTOR = 3;

    @TempDir
    Path folder;

    @Test
    void everyContestantAnswersEveryWorkloadRightly() throws Exception {
        List<Cell> cells = List.of(Workload.GET_1K, Workload.SET_32, Workload.MIX_32, Workload.MGET_100, Workload.EVAL_32)
                .stream().map(workload -> new Cell(workload, Callers.loops(16), Link.LOOPBACK, EVERYONE)).toList();
        List<Result> results = run(cells, 100);
        assertEquals(cells.size() * EVERYONE.size(), results.size());
        assertAll(results.stream().map(result -> () -> {
            assertEquals(0, result.errors(), result.toString());
            assertTrue(result.opsPerS() > 0, result.toString());
        }));
    }

    @Test
    void whoHasTransactionsHasThemExecuted() throws Exception {
        List<ContestantType> transactional = List.of(STOCK, LETTUCE, LETTUCE_ON_LOOP, OURS, STOCK_DATA_SOURCE,
                OURS_DATA_SOURCE);
        List<Result> results = run(List.of(new Cell(Workload.TRANSACTION, Callers.loops(16), Link.LOOPBACK, transactional),
                new Cell(Workload.TRANSACTION, Callers.threads(4), Link.LOOPBACK, transactional)), 200);
        assertAll(results.stream().map(result -> () -> {
            assertEquals(0, result.errors(), result.toString());
            assertTrue(result.opsPerS() > 0, result.toString());
        }));
    }

    @Test
    void everyContestantAnswersRightlyOnACluster() throws Exception {
        List<Result> results = run(Ground.Topology.CLUSTER,
                List.of(new Cell(Workload.GET_32, Callers.loops(8), Link.LOOPBACK,
                        List.of(CLUSTER_STOCK, CLUSTER_LETTUCE, CLUSTER, THREE_STANDALONE)),
                        new Cell(Workload.SET_32, Callers.loops(16), Link.LOOPBACK,
                                List.of(CLUSTER_LETTUCE, CLUSTER, THREE_STANDALONE)),
                        new Cell(Workload.MGET_100, Callers.threads(4), Link.LOOPBACK, List.of(CLUSTER_LETTUCE, CLUSTER))),
                100);
        assertAll(results.stream().map(result -> () -> {
            assertEquals(0, result.errors(), result.toString());
            assertTrue(result.opsPerS() > 0, result.toString());
        }));
    }

    @Test
    void everyContestantAnswersRightlyWithSentinels() throws Exception {
        List<ContestantType> everyone = List.of(AS_STANDALONE, SENTINEL, SENTINEL_STOCK, SENTINEL_LETTUCE);
        List<Result> results = run(Ground.Topology.SENTINEL, List.of(new Cell(Workload.GET_32, Callers.loops(16), Link.LOOPBACK,
                everyone), new Cell(Workload.SET_32, Callers.threads(4), Link.LOOPBACK, everyone)), 100);
        assertAll(results.stream().map(result -> () -> assertRight(result)));
    }

    @Test
    void everyContestantAnswersRightlyWithReplicas() throws Exception {
        List<ContestantType> everyone = List.of(AS_STANDALONE, REPLICATION, REPLICATION_STOCK, REPLICATION_LETTUCE,
                REPLICATION_SHARE, REPLICATION_SHARE_STOCK, REPLICATION_SHARE_LETTUCE);
        List<Result> results = run(Ground.Topology.REPLICATION,
                List.of(new Cell(Workload.GET_32, Callers.loops(4), Link.LOOPBACK, everyone),
                        new Cell(Workload.MGET_100, Callers.loops(16), Link.LOOPBACK, List.of(REPLICATION, REPLICATION_SHARE))),
                200);
        assertAll(results.stream().map(result -> () -> assertRight(result)));
        Result sharing = results.stream().filter(it -> it.contestant().equals(REPLICATION_SHARE.label())).findFirst()
                .orElseThrow();
        assertNotNull(sharing.ratioToStandalone());
        // Two loops, a primary and two replicas.
        assertTrue(sharing.connections() >= 6, sharing.toString());
    }

    private static void assertRight(Result result) {
        assertEquals(0, result.errors(), result.toString());
        assertTrue(result.opsPerS() > 0, result.toString());
    }

    @Test
    void threadsAndAJourneyDoNotLeadToErrors() throws Exception {
        List<ContestantType> blocking = List.of(STOCK, LETTUCE, JEDIS, REDISSON, OURS, OURS_DATA_SOURCE);
        List<Result> results = run(List.of(new Cell(Workload.GET_32, Callers.threads(4), Link.LOOPBACK, blocking),
                new Cell(Workload.GET_32, Callers.loops(4), Link.MILLISECOND, List.of(OURS))), 100);
        assertAll(results.stream().map(result -> () -> assertEquals(0, result.errors(), result.toString())));
        Result delayed = results.get(results.size() - 1);
        assertTrue(delayed.p50Us() >= 1000, delayed.toString());
    }

    @Test
    void isFarAheadOfTheStockClientWith512CallsInFlight() throws Exception {
        List<Result> results = run(List.of(new Cell(Workload.GET_32, Callers.loops(512), Link.LOOPBACK, List.of(STOCK, OURS))),
                600);
        Result ours = results.get(1);
        assertEquals(OURS.label(), ours.contestant());
        assertTrue(ours.ratioToStock() > SAFE_FACTOR, ours.toString());
        assertEquals(2, ours.connections());
    }

    @Test
    void writesWhatItFound() throws Exception {
        List<Result> results = run(List.of(new Cell(Workload.GET_32, Callers.loops(1), Link.LOOPBACK, List.of(STOCK, OURS))),
                100);
        new Report(folder).write(results);
        new Charts(folder, results).draw();
        JsonNode ours = new JsonMapper().readTree(folder.resolve("results.json").toFile()).get(1);
        for (String field : List.of("workload", "callers", "contestant", "ops_per_s", "p50_us", "p99_us", "p999_us",
                "bytes_per_op", "client_cpu_us_per_op", "server_cpu_us_per_op", "connections", "errors", "ratio_to_stock")) {
            assertNotNull(ours.get(field), field);
            assertTrue(!ours.get(field).isNull(), field);
        }
        assertEquals(4, Files.readAllLines(folder.resolve("results.md")).size());
        assertNotNull(ImageIO.read(folder.resolve("throughput-loops.png").toFile()));
    }

    @Test
    void everySubscriberHearsEverything() throws Exception {
        List<ContestantType> everyone = List.of(STOCK_2000, LETTUCE, LETTUCE_ON_LOOP, REDISSON, OURS);
        List<Result> results = run(List.of(new Cell(Workload.PUBSUB_ONE_CHANNEL_32, Callers.loops(20), Link.LOOPBACK, everyone),
                new Cell(Workload.PUBSUB_CHANNELS_1K, Callers.loops(20), Link.LOOPBACK, everyone),
                new Cell(Workload.PUBSUB_PATTERNS_32, Callers.loops(20), Link.LOOPBACK, everyone)), 100);
        // At least one round has been published, and all must have heard it.
        assertAll(results.stream().map(result -> () -> assertEquals(0, result.errors(), result.toString())));
        Result ours = results.get(everyone.size() - 1);
        assertEquals(OURS.label(), ours.contestant());
        assertNotNull(ours.ratioToStock(), "to the one with enough connections");
        assertTrue(ours.connections() < 20, ours.toString());
    }

    @Test
    void streamsAreWrittenAndRead() throws Exception {
        List<ContestantType> everyone = List.of(STOCK, LETTUCE, OURS);
        List<Result> results = run(Family.cells(
                List.of(Workload.XADD, Workload.XADD_PIPELINE, Workload.CONSUME, Workload.POLL), List.of(Callers.loops(4)),
                List.of(Link.LOOPBACK), everyone), 100);
        assertEquals(4 * everyone.size(), results.size());
        assertAll(results.stream().map(result -> () -> assertRight(result)));
    }

    @Test
    void elementsAreHandedOverAndBack() throws Exception {
        List<Result> results = run(List.of(new Cell(Workload.HAND_OVER, Callers.loops(4), Link.LOOPBACK,
                List.of(STOCK_2000, LETTUCE, OURS))), 100);
        assertAll(results.stream().map(result -> () -> assertRight(result)));
    }

    @Test
    void aLinkOfAFifthOfAMillisecondTakesThatLong() throws Exception {
        List<Result> results = run(
                List.of(new Cell(Workload.GET_32, Callers.loops(1), Link.FIFTH_OF_A_MILLISECOND, List.of(OURS))), 100);
        assertRight(results.get(0));
        assertTrue(results.get(0).p50Us() >= 200, results.toString());
    }

    @Test
    void clientsStartWarmAndCold() throws Exception {
        List<ContestantType> everyone = List.of(STOCK, LETTUCE, REDISSON, OURS);
        List<Result> results = run(Family.cells(List.of(Workload.WARM_START, Workload.COLD_START), List.of(Callers.loops(1)),
                List.of(Link.LOOPBACK), everyone), 100);
        assertAll(results.stream().map(result -> () -> assertRight(result)));
        assertTrue(results.stream().allMatch(result -> result.connections() > 0), results.toString());
    }

    @Test
    void memoryIsLookedAt() throws Exception {
        List<Result> results = run(
                List.of(new Cell(Workload.MEMORY, Callers.loops(100), Link.LOOPBACK, List.of(STOCK, OURS))), 100);
        assertAll(results.stream().map(result -> () -> {
            assertRight(result);
            assertTrue(result.heapMb() > 1 && result.residentMb() > result.heapMb(), result.toString());
        }));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void epollAndUnixSocketsWork() throws Exception {
        List<Result> results = run(List.of(new Cell(Workload.GET_32, Callers.loops(4), Link.LOOPBACK,
                List.of(STOCK_EPOLL, LETTUCE_EPOLL, OURS_EPOLL, STOCK_UNIX, LETTUCE_UNIX, OURS_UNIX))), 100);
        assertAll(results.stream().map(result -> () -> {
            assertRight(result);
            assertNotNull(result.ratioToStock(), result.toString());
            assertNotNull(result.ratioToLettuce(), result.toString());
        }));
    }

    private static List<Result> run(List<Cell> cells, long millis) throws Exception {
        return run(Ground.Topology.STANDALONE, cells, millis);
    }

    private static List<Result> run(Ground.Topology topology, List<Cell> cells, long millis) throws Exception {
        Plan plan = new Plan(topology, cells, 1, Duration.ofMillis(millis), Duration.ofMillis(millis), Duration.ofMinutes(2),
                0);
        return new Benchmark(plan, Path.of(System.getProperty("benchmarks.libraries")), Optional.empty(), line -> {
        }).run(List.of());
    }
}
