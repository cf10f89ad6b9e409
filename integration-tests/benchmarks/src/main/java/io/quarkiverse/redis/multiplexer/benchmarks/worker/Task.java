package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.util.List;

/**
 * What a worker is to measure.
 *
 * @param contestant by its label
 * @param port where contestants connect to: the server itself, or a link to it
 * @param serverPorts where the server, or each node of the cluster, tells of itself
 */
public record Task(String contestant, Workload workload, Callers callers, int port, List<Integer> serverPorts,
        long warmUpMillis,
        long measuredMillis) {
}
