package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import org.HdrHistogram.Histogram;

/**
 * One contestant, for a second or so. What was not measured is {@code NaN}.
 *
 * @param bytesPerOp allocated by the whole client process, the caller's own request and reply objects included
 * @param serverCpuMicrosPerOp 0 if the server was not asked
 * @param connections what the server had of this contestant
 * @param firstError {@code null} if there was none
 * @param heapBytes reachable while callers called
 * @param residentBytes of the client process
 */
public record Sample(double opsPerSecond, double p50Micros, double p99Micros, double p999Micros, double bytesPerOp,
        double clientCpuMicrosPerOp, double serverCpuMicrosPerOp, int connections, long errors, String firstError,
        double heapBytes, double residentBytes) {

    /** @param latencies of all operations */
    static Sample of(Histogram latencies, Usage before, Usage after, int connections, long errors, String firstError) {
        Sample counted = of(latencies.getTotalCount(), before, after, connections, errors, firstError);
        return new Sample(counted.opsPerSecond, latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3, latencies.getValueAtPercentile(99.9) / 1e3, counted.bytesPerOp,
                counted.clientCpuMicrosPerOp, counted.serverCpuMicrosPerOp, connections, errors, firstError, Double.NaN,
                Double.NaN);
    }

    /** Without latencies. */
    static Sample of(long operations, Usage before, Usage after, int connections, long errors, String firstError) {
        double ops = Math.max(1, operations);
        double seconds = (after.nanoTime() - before.nanoTime()) / 1e9;
        return new Sample(operations / seconds, Double.NaN, Double.NaN, Double.NaN,
                (after.allocatedBytes() - before.allocatedBytes()) / ops,
                (after.clientCpuNanos() - before.clientCpuNanos()) / 1e3 / ops,
                (after.serverCpuMicros() - before.serverCpuMicros()) / ops, connections, errors, firstError, Double.NaN,
                Double.NaN);
    }

    Sample with(double otherOpsPerSecond) {
        return new Sample(otherOpsPerSecond, p50Micros, p99Micros, p999Micros, bytesPerOp, clientCpuMicrosPerOp,
                serverCpuMicrosPerOp, connections, errors, firstError, heapBytes, residentBytes);
    }

    Sample with(Footprint footprint) {
        return new Sample(opsPerSecond, p50Micros, p99Micros, p999Micros, bytesPerOp, clientCpuMicrosPerOp,
                serverCpuMicrosPerOp, connections, errors, firstError, footprint.heapBytes(), footprint.residentBytes());
    }
}
