package io.quarkiverse.redis.multiplexer.benchmarks;

import java.util.List;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Callers;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Workload;

/**
 * What some contestants do one after the other, so that they can be compared.
 *
 * @param link between them and the server
 * @param limited whether {@link RedisBenchmark} has its turn, too, to show what is to be had
 */
record Cell(Workload workload, Callers callers, Link link, List<ContestantType> contestants, boolean limited) {

    Cell(Workload workload, Callers callers, Link link, List<ContestantType> contestants) {
        this(workload, callers, link, contestants, false);
    }

    /** What it is called in results. */
    String workloadLabel() {
        return workload.label() + link.suffix();
    }
}
