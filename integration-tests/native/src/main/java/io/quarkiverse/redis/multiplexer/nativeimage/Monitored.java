package io.quarkiverse.redis.multiplexer.nativeimage;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.quarkiverse.redis.multiplexer.test.RedisServer;

/** The application with a cache, health, metrics and tracing, whose spans come here. */
final class Monitored implements Subject {

    private final SpanCollector spans;

    Monitored() throws IOException {
        this.spans = new SpanCollector();
    }

    @Override
    public String name() {
        return "monitored";
    }

    @Override
    public String firstPath() {
        return "/prices/first";
    }

    @Override
    public Map<String, String> configuration(RedisServer server) {
        return Map.of("quarkus.redis.hosts", server.url(),
                // Whoever asks for the health while there is no server is not kept waiting.
                "quarkus.redis-multiplexer.health.timeout", "1s",
                "quarkus.otel.exporter.otlp.endpoint", spans.url(),
                "quarkus.otel.exporter.otlp.protocol", "http/protobuf",
                "quarkus.otel.bsp.schedule.delay", "100ms");
    }

    @Override
    public List<Load> loads(Scale scale) {
        return List.of(new HttpLoad("/prices/load", scale.calls() / 20));
    }

    @Override
    public List<Check> checks() {
        return List.of(new Cache(), new Metrics(), new Tracing(spans), new Health());
    }

    @Override
    public void close() {
        spans.close();
    }
}
