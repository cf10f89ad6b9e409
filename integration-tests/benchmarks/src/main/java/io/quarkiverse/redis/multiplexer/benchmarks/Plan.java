package io.quarkiverse.redis.multiplexer.benchmarks;

import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.AS_STANDALONE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.CLUSTER;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.CLUSTER_LETTUCE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.CLUSTER_STOCK;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.JEDIS;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.LETTUCE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.LETTUCE_ON_LOOP;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.OURS;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.OURS_DATA_SOURCE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.OURS_ONE_LANE;
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
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK_64;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK_DATA_SOURCE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK_DEFAULTS;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.THREE_STANDALONE;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Callers;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Workload;

/**
 * What is measured, and for how long.
 *
 * @param topology of the servers
 * @param rounds how often each contestant has its turn in each cell, and is measured; there is one round before that
 * @param budget no more is begun when so much time is over
 * @param httpSeconds how long the web application is under load in each round; 0 leaves it out
 */
record Plan(Ground.Topology topology, List<Cell> cells, int rounds, Duration warmUp, Duration measured, Duration budget,
        int httpSeconds) {

    private static final List<ContestantType> ASYNCHRONOUS = List.of(STOCK, STOCK_64, LETTUCE,
            LETTUCE_ON_LOOP, REDISSON, OURS, STOCK_DATA_SOURCE, OURS_DATA_SOURCE);
    private static final List<ContestantType> BLOCKING = List.of(STOCK, STOCK_64, LETTUCE, JEDIS, REDISSON, OURS,
            STOCK_DATA_SOURCE, OURS_DATA_SOURCE);

    private static final List<ContestantType> TRANSACTIONAL = List.of(STOCK, STOCK_64, LETTUCE, OURS, STOCK_DATA_SOURCE,
            OURS_DATA_SOURCE);

    /** Everyone at every number of callers with GET of 32 bytes; the other workloads at one number of each kind. */
    static Plan full() {
        List<Cell> cells = new ArrayList<>();
        for (int inFlight : new int[] { 1, 8, 64, 512, 4096 }) {
            cells.add(new Cell(Workload.GET_32, Callers.loops(inFlight), Link.LOOPBACK, ASYNCHRONOUS, true));
        }
        for (int threads : new int[] { 1, 8, 64, 512 }) {
            cells.add(cell(Workload.GET_32, Callers.threads(threads), BLOCKING));
        }
        for (int threads : new int[] { 512, 4096 }) {
            cells.add(cell(Workload.GET_32, Callers.virtual(threads), BLOCKING));
        }
        cells.add(cell(Workload.GET_32, Callers.loops(100), List.of(STOCK, STOCK_DEFAULTS)));
        // How many lanes are best.
        for (Callers callers : List.of(Callers.loops(128), Callers.threads(32), Callers.virtual(128))) {
            cells.add(cell(Workload.GET_32, callers, List.of(OURS, OURS_ONE_LANE)));
        }
        for (Workload workload : List.of(Workload.GET_1K, Workload.SET_32, Workload.MIX_32, Workload.MGET_100,
                Workload.EVAL_32)) {
            cells.add(cell(workload, Callers.loops(512), List.of(STOCK, LETTUCE, REDISSON, OURS)));
            cells.add(cell(workload, Callers.threads(64), List.of(STOCK, LETTUCE, JEDIS, OURS)));
        }
        for (int inFlight : new int[] { 1, 64, 512 }) {
            cells.add(cell(Workload.TRANSACTION, Callers.loops(inFlight), TRANSACTIONAL));
        }
        cells.add(cell(Workload.TRANSACTION, Callers.threads(64), TRANSACTIONAL));
        cells.add(new Cell(Workload.TRANSACTION, Callers.loops(64), Link.MILLISECOND, TRANSACTIONAL));
        cells.add(new Cell(Workload.GET_32, Callers.loops(512), Link.MILLISECOND, List.of(STOCK, STOCK_64, LETTUCE, OURS)));
        cells.add(new Cell(Workload.GET_32, Callers.threads(64), Link.MILLISECOND, List.of(STOCK, LETTUCE, JEDIS, OURS)));
        for (Workload workload : List.of(Workload.GET_32, Workload.GET_32_APART_FROM_10M, Workload.GET_32_BESIDE_10M)) {
            cells.add(cell(workload, Callers.loops(16), List.of(STOCK, LETTUCE, OURS)));
        }
        for (Workload workload : List.of(Workload.GET_32_APART_FROM_10M, Workload.GET_32_BESIDE_10M)) {
            cells.add(new Cell(workload, Callers.loops(16), Link.MILLISECOND, List.of(LETTUCE, OURS)));
        }
        return new Plan(Ground.Topology.STANDALONE, cells, 7, Duration.ofMillis(150), Duration.ofMillis(350),
                Duration.ofMinutes(12), 3);
    }

    /** The figures that matter most, within two minutes. */
    static Plan quick() {
        List<Cell> cells = List.of(
                cell(Workload.GET_32, Callers.loops(8), List.of(STOCK, LETTUCE, LETTUCE_ON_LOOP, OURS)),
                cell(Workload.GET_32, Callers.loops(64), List.of(STOCK, LETTUCE, OURS)),
                new Cell(Workload.GET_32, Callers.loops(512), Link.LOOPBACK,
                        List.of(STOCK, LETTUCE, OURS, OURS_DATA_SOURCE, STOCK_DATA_SOURCE), true),
                cell(Workload.TRANSACTION, Callers.loops(64), List.of(STOCK, LETTUCE, OURS)),
                cell(Workload.GET_32, Callers.threads(1), List.of(STOCK, LETTUCE, JEDIS, OURS)),
                cell(Workload.GET_32, Callers.threads(64), List.of(STOCK, LETTUCE, JEDIS, OURS)),
                cell(Workload.GET_32, Callers.virtual(512), List.of(STOCK, LETTUCE, JEDIS, OURS)),
                new Cell(Workload.GET_32, Callers.loops(512), Link.MILLISECOND, List.of(STOCK, LETTUCE, OURS)));
        return new Plan(Ground.Topology.STANDALONE, cells, 2, Duration.ofMillis(150), Duration.ofMillis(350),
                Duration.ofSeconds(90), 2);
    }

    /**
     * The same for a cluster. The stock client has its turn only where it ends: from 16 calls in flight on, it may wait for
     * itself for ever.
     */
    static Plan cluster() {
        List<Cell> cells = new ArrayList<>();
        List<ContestantType> everyone = List.of(CLUSTER_STOCK, CLUSTER_LETTUCE, CLUSTER, THREE_STANDALONE);
        List<ContestantType> others = everyone.subList(1, everyone.size());
        for (int inFlight : new int[] { 1, 4, 8 }) {
            cells.add(cell(Workload.GET_32, Callers.loops(inFlight), everyone));
        }
        for (int inFlight : new int[] { 64, 512, 4096 }) {
            cells.add(cell(Workload.GET_32, Callers.loops(inFlight), others));
        }
        List<ContestantType> clients = List.of(CLUSTER_LETTUCE, CLUSTER);
        for (Callers callers : List.of(Callers.threads(8), Callers.threads(64), Callers.virtual(512))) {
            cells.add(cell(Workload.GET_32, callers, clients));
        }
        cells.add(cell(Workload.SET_32, Callers.loops(512), others));
        cells.add(cell(Workload.MGET_100, Callers.loops(1), List.of(CLUSTER_STOCK, CLUSTER_LETTUCE, CLUSTER)));
        for (int inFlight : new int[] { 8, 64 }) {
            cells.add(cell(Workload.MGET_100, Callers.loops(inFlight), clients));
        }
        return severalServers(Ground.Topology.CLUSTER, cells);
    }

    /** The primary that sentinels name, beside the same server as the only one. */
    static Plan sentinel() {
        List<ContestantType> everyone = List.of(AS_STANDALONE, SENTINEL, SENTINEL_STOCK, SENTINEL_LETTUCE);
        List<Cell> cells = new ArrayList<>();
        for (int inFlight : new int[] { 1, 64, 512 }) {
            cells.add(cell(Workload.GET_32, Callers.loops(inFlight), everyone));
        }
        cells.add(cell(Workload.GET_32, Callers.threads(64), everyone));
        cells.add(cell(Workload.SET_32, Callers.loops(512), everyone));
        return severalServers(Ground.Topology.SENTINEL, cells);
    }

    /**
     * The same without sentinels, and reads from replicas. The stock client has its turn only where it ends: it takes a
     * connection to every server for each call.
     */
    static Plan replication() {
        List<ContestantType> all = List.of(AS_STANDALONE, REPLICATION, REPLICATION_LETTUCE, REPLICATION_SHARE,
                REPLICATION_SHARE_LETTUCE);
        List<ContestantType> everyone = new ArrayList<>(all);
        everyone.addAll(List.of(REPLICATION_STOCK, REPLICATION_SHARE_STOCK));
        List<Cell> cells = new ArrayList<>();
        for (int inFlight : new int[] { 1, 4 }) {
            cells.add(cell(Workload.GET_32, Callers.loops(inFlight), everyone));
        }
        for (int inFlight : new int[] { 64, 512 }) {
            cells.add(cell(Workload.GET_32, Callers.loops(inFlight), all));
        }
        cells.add(cell(Workload.GET_32, Callers.threads(64), all));
        cells.add(cell(Workload.MGET_100, Callers.loops(64), all));
        cells.add(cell(Workload.SET_32, Callers.loops(512), List.of(AS_STANDALONE, REPLICATION, REPLICATION_LETTUCE)));
        return severalServers(Ground.Topology.REPLICATION, cells);
    }

    private static Plan severalServers(Ground.Topology topology, List<Cell> cells) {
        return new Plan(topology, cells, 7, Duration.ofMillis(150), Duration.ofMillis(350), Duration.ofMinutes(12), 0);
    }

    private static Cell cell(Workload workload, Callers callers, List<ContestantType> contestants) {
        return new Cell(workload, callers, Link.LOOPBACK, contestants);
    }
}
