package io.quarkiverse.redis.multiplexer.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Sample;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Task;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Workload;
import io.quarkiverse.redis.multiplexer.test.RedisServer;

/**
 * Runs a plan against servers of its own. In each round, every contestant has its turn in every cell, one right after the
 * other and in another order each time, so that what changes on the machine meanwhile hits all alike.
 */
final class Benchmark {

    /** The round in which the code of every process is compiled; it does not count. */
    private static final int WARM_UP_ROUND = -1;
    /** What disturbs may take 100 ms at a time. */
    private static final int DISTURBED_FACTOR = 4;

    private final Plan plan;
    private final Path libraries;
    private final Optional<Path> baseline;
    private final Consumer<String> progress;
    private final Results results = new Results();
    private final Map<WorkerProcess.Kind, WorkerProcess> workers = new HashMap<>();
    private final long deadline;
    private int done;

    /**
     * @param libraries the folder with the folder of the libraries of Lettuce
     * @param baseline another build of the engine
     */
    Benchmark(Plan plan, Path libraries, Optional<Path> baseline, Consumer<String> progress) {
        this.plan = plan;
        this.libraries = libraries;
        this.baseline = baseline;
        this.progress = progress;
        this.deadline = System.nanoTime() + plan.budget().toNanos();
    }

    /** @param applications the web application without, and with, this extension; empty leaves it out */
    List<Result> run(List<Path> applications) throws IOException, InterruptedException {
        try (Ground ground = plan.topology().start()) {
            Workload.prepare(ground::having);
            for (int round = WARM_UP_ROUND; round < plan.rounds(); round++) {
                for (Cell cell : plan.cells()) {
                    take(round, cell, ground);
                }
            }
            workers.values().forEach(WorkerProcess::close);
            workers.clear();
            if (plan.httpSeconds() > 0 && !applications.isEmpty() && ground instanceof Ground.Standalone standalone) {
                takeWeb(standalone.server(), applications.get(0), applications.get(1));
            }
            return results.summary();
        } finally {
            workers.values().forEach(WorkerProcess::close);
        }
    }

    private void take(int round, Cell cell, Ground ground)
            throws IOException, InterruptedException {
        List<ContestantType> order = new ArrayList<>(cell.contestants());
        Collections.rotate(order, round);
        for (ContestantType contestant : order) {
            if (isOver()) {
                return;
            }
            int factor = cell.workload().isDisturbed() ? DISTURBED_FACTOR : 1;
            Task task = new Task(contestant.label(), cell.workload(), cell.callers(), ground.port(cell.link()), ground.ports(),
                    factor * plan.warmUp().toMillis(), factor * plan.measured().toMillis());
            add(round, cell.workloadLabel(), cell.callers().toString(), contestant.label(),
                    take(task, WorkerProcess.Kind.of(contestant, cell.workload())));
        }
        if (cell.limited() && !isOver()) {
            add(round, cell.workloadLabel(), cell.callers().toString(), RedisBenchmark.LABEL,
                    RedisBenchmark.take(ground.port(), cell.callers().count()));
        }
    }

    private Sample take(Task task, WorkerProcess.Kind kind) throws IOException {
        if (kind.lifetime() == WorkerProcess.Lifetime.TASK) {
            try (WorkerProcess worker = new WorkerProcess(kind, libraries, baseline)) {
                return worker.take(task);
            }
        }
        WorkerProcess worker = workers.get(kind);
        if (worker == null) {
            worker = new WorkerProcess(kind, libraries, baseline);
            workers.put(kind, worker);
        }
        return worker.take(task);
    }

    private void takeWeb(RedisServer server, Path stockApplication, Path application) throws IOException, InterruptedException {
        try (WebApplication asIs = new WebApplication(stockApplication, server, 1);
                WebApplication stock = new WebApplication(stockApplication, server, 2,
                        "quarkus.redis.max-pool-waiting=1000000");
                WebApplication ours = new WebApplication(application, server, 3)) {
            for (int round = WARM_UP_ROUND; round < plan.rounds(); round++) {
                takeWeb(round, ContestantType.STOCK, stock);
                takeWeb(round, ContestantType.OURS, ours);
                takeWeb(round, ContestantType.STOCK_DEFAULTS, asIs);
            }
        }
    }

    private void takeWeb(int round, ContestantType contestant, WebApplication application)
            throws IOException, InterruptedException {
        Sample sample = application.take(plan.httpSeconds());
        add(round, "rest-cache-aside", "http:" + WebApplication.HTTP_CONNECTIONS, contestant.label(), sample);
    }

    private boolean isOver() {
        return System.nanoTime() - deadline > 0;
    }

    private void add(int round, String workload, String callers, String contestant, Sample sample) {
        if (round != WARM_UP_ROUND) {
            results.add(round, new Key(workload, callers, contestant), sample);
        }
        progress.accept(String.format(Locale.ROOT, "%4d  %s  %-22s %-13s %-22s %,11.0f/s  p99 %,9.0f µs%s", ++done,
                round == WARM_UP_ROUND ? "warm-up" : "round " + (round + 1), workload, callers, contestant,
                sample.opsPerSecond(), sample.p99Micros(),
                sample.errors() == 0 ? "" : "  " + sample.errors() + " ERRORS " + sample.firstError()));
    }
}
