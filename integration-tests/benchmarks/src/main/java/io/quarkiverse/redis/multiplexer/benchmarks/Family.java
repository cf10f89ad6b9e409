package io.quarkiverse.redis.multiplexer.benchmarks;

import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.JEDIS;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.LETTUCE;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.LETTUCE_EPOLL;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.LETTUCE_ON_LOOP;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.LETTUCE_UNIX;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.OURS;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.OURS_EPOLL;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.OURS_TRACED;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.OURS_UNIX;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.OURS_UNSAMPLED;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.REDISSON;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK_2000;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK_64;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK_EPOLL;
import static io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType.STOCK_UNIX;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Callers;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Workload;

/** Workloads that are about one thing, with a plan of their own: with one server, and only if they are asked for by name. */
enum Family {
    PUBSUB("pubsub") {
        @Override
        List<Cell> cells() {
            return cells(List.of(Workload.PUBSUB_ONE_CHANNEL_32, Workload.PUBSUB_ONE_CHANNEL_1K, Workload.PUBSUB_CHANNELS_32,
                    Workload.PUBSUB_CHANNELS_1K, Workload.PUBSUB_PATTERNS_32, Workload.PUBSUB_PATTERNS_1K),
                    List.of(Callers.loops(1000)), List.of(Link.LOOPBACK),
                    List.of(STOCK_2000, LETTUCE, LETTUCE_ON_LOOP, REDISSON, OURS));
        }
    },
    STREAM("stream") {
        @Override
        List<Cell> cells() {
            List<Cell> cells = new ArrayList<>();
            cells.addAll(cells(List.of(Workload.XADD), loops(64, 512), List.of(Link.LOOPBACK),
                    List.of(STOCK, STOCK_64, LETTUCE, OURS)));
            cells.addAll(cells(List.of(Workload.XADD_PIPELINE), loops(1, 8, 64), List.of(Link.LOOPBACK),
                    List.of(STOCK, LETTUCE, OURS)));
            cells.addAll(cells(List.of(Workload.CONSUME), loops(1, 8, 64, 200), List.of(Link.LOOPBACK),
                    List.of(STOCK, STOCK_2000, LETTUCE, OURS)));
            cells.addAll(cells(List.of(Workload.POLL), loops(1, 8, 64, 200), List.of(Link.LOOPBACK),
                    List.of(STOCK, LETTUCE, OURS)));
            return cells;
        }
    },
    /** With so many connections that nobody waits for one: who waits for an element would hold up who brings it. */
    QUEUE("queue") {
        @Override
        List<Cell> cells() {
            return cells(List.of(Workload.HAND_OVER), loops(1, 8), List.of(Link.LOOPBACK, Link.FIFTH_OF_A_MILLISECOND),
                    List.of(STOCK_2000, LETTUCE, OURS));
        }
    },
    FEW("few") {
        @Override
        List<Cell> cells() {
            List<Cell> cells = new ArrayList<>();
            for (Link link : List.of(Link.LOOPBACK, Link.FIFTH_OF_A_MILLISECOND)) {
                cells.addAll(cells(List.of(Workload.GET_32), loops(1, 8), List.of(link),
                        List.of(STOCK, LETTUCE, LETTUCE_ON_LOOP, REDISSON, OURS)));
                cells.addAll(cells(List.of(Workload.GET_32), List.of(Callers.threads(1)), List.of(link),
                        List.of(STOCK, LETTUCE, JEDIS, REDISSON, OURS)));
            }
            return cells;
        }
    },
    WARM_START("warm-start") {
        @Override
        List<Cell> cells() {
            List<ContestantType> everyone = List.of(STOCK, LETTUCE, REDISSON, OURS);
            List<Cell> cells = new ArrayList<>();
            cells.addAll(cells(List.of(Workload.WARM_START), loops(1), List.of(Link.LOOPBACK, Link.MILLISECOND), everyone));
            cells.addAll(cells(List.of(Workload.COLD_START), loops(1), List.of(Link.LOOPBACK), everyone));
            return cells;
        }
    },
    MEMORY("memory") {
        @Override
        List<Cell> cells() {
            return cells(List.of(Workload.MEMORY), loops(10_000), List.of(Link.LOOPBACK),
                    List.of(STOCK, LETTUCE, REDISSON, OURS));
        }
    },
    /** Vert.x' native transport beside its other one. */
    NATIVE("native") {
        @Override
        List<Cell> cells() {
            List<Callers> callers = new ArrayList<>(loops(1, 8, 64, 512));
            callers.add(Callers.threads(1));
            callers.add(Callers.threads(64));
            return cells(List.of(Workload.GET_32), callers, List.of(Link.LOOPBACK),
                    List.of(STOCK, STOCK_EPOLL, LETTUCE, LETTUCE_EPOLL, OURS, OURS_EPOLL));
        }
    },
    /** What spans of OpenTelemetry cost. */
    TRACING("tracing") {
        @Override
        List<Cell> cells() {
            return cells(List.of(Workload.GET_32), loops(1, 64, 512), List.of(Link.LOOPBACK),
                    List.of(STOCK, LETTUCE, OURS, OURS_TRACED, OURS_UNSAMPLED));
        }
    },
    /** The server's Unix socket. */
    UNIX("unix") {
        @Override
        List<Cell> cells() {
            List<Callers> callers = new ArrayList<>(loops(1, 64, 512));
            callers.add(Callers.threads(1));
            return cells(List.of(Workload.GET_32), callers, List.of(Link.LOOPBACK),
                    List.of(STOCK_UNIX, LETTUCE_UNIX, OURS_UNIX, OURS_EPOLL));
        }
    };

    private final String label;

    Family(String label) {
        this.label = label;
    }

    static Optional<Family> of(String label) {
        return Arrays.stream(values()).filter(family -> family.label.equals(label)).findFirst();
    }

    abstract List<Cell> cells();

    Plan plan() {
        return new Plan(Ground.Topology.STANDALONE, cells(), 5, Duration.ofMillis(150), Duration.ofMillis(350),
                Duration.ofMinutes(12), 0);
    }

    /** One for each combination. */
    static List<Cell> cells(List<Workload> workloads, List<Callers> callers, List<Link> links,
            List<ContestantType> contestants) {
        return workloads.stream().flatMap(workload -> links.stream().flatMap(
                link -> callers.stream().map(each -> new Cell(workload, each, link, contestants)))).toList();
    }

    private static List<Callers> loops(int... counts) {
        return Arrays.stream(counts).mapToObj(Callers::loops).toList();
    }
}
