package io.quarkiverse.redis.multiplexer.benchmarks.worker;

/**
 * One contestant, for a second or so.
 *
 * @param bytesPerOp allocated by the whole client process, the caller's own request and reply objects included
 * @param serverCpuMicrosPerOp 0 if the server was not asked
 * @param connections what the server had of this contestant
 * @param firstError {@code null} if there was none
 */
public record Sample(double opsPerSecond, double p50Micros, double p99Micros, double p999Micros, double bytesPerOp,
        double clientCpuMicrosPerOp, double serverCpuMicrosPerOp, int connections, long errors, String firstError) {
}
