package io.quarkiverse.redis.multiplexer.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.quarkiverse.redis.multiplexer.benchmarks.worker.Sample;

/** Redis' own load generator, which formats its requests once and hardly looks at replies: the limit of what is to be had. */
final class RedisBenchmark {

    static final String LABEL = "redis-benchmark";

    private RedisBenchmark() {
    }

    /** @param callers how many requests are in flight, over as many connections as there are event loops */
    static Sample take(int port, int callers) throws IOException, InterruptedException {
        int connections = Math.min(2, callers);
        int pipeline = callers / connections;
        int requests = callers < 8 ? 30_000 : callers < 64 ? 200_000 : 2_000_000;
        Process process = new ProcessBuilder("redis-benchmark", "-p", String.valueOf(port), "-c",
                String.valueOf(connections), "-P", String.valueOf(pipeline), "-n", String.valueOf(requests), "--csv", "GET",
                "value:32:0").redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
        String last = output.lines().filter(line -> line.startsWith("\"GET")).reduce((first, second) -> second)
                .orElseThrow(() -> new IllegalStateException(output));
        List<Double> figures = List.of(last.split("\",\"")).stream().skip(1)
                .map(text -> Double.valueOf(text.replace("\"", ""))).toList();
        return new Sample(figures.get(0), figures.get(3) * 1000, figures.get(5) * 1000, Double.NaN, Double.NaN, Double.NaN,
                Double.NaN, connections, 0, null, Double.NaN, Double.NaN);
    }
}
