package io.quarkiverse.redis.multiplexer.benchmarks.worker;

/**
 * What a worker is to measure.
 *
 * @param contestant by its label
 * @param port where contestants connect to: the server itself, or a link to it
 * @param serverPort where the server tells of itself
 */
public record Task(String contestant, Workload workload, Callers callers, int port, int serverPort, long warmUpMillis,
        long measuredMillis) {
}
