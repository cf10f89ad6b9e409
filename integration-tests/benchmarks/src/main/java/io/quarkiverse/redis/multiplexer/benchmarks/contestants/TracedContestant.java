package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.runtime.OpenTelemetryTracer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** The multiplexer in an application with OpenTelemetry, as Quarkus sets that up: spans wait to be sent off together. */
final class TracedContestant implements Contestant {

    private final Contestant client;
    private final OpenTelemetrySdk openTelemetry;

    private TracedContestant(Contestant client, OpenTelemetrySdk openTelemetry) {
        this.client = client;
        this.openTelemetry = openTelemetry;
    }

    static Contestant connect(Vertx vertx, RedisOptions options, Sampler sampler) {
        SpanExporter nobody = SpanExporter.composite();
        OpenTelemetrySdk openTelemetry = OpenTelemetrySdk.builder().setTracerProvider(SdkTracerProvider.builder()
                .setSampler(sampler).addSpanProcessor(BatchSpanProcessor.builder(nobody).build()).build()).build();
        MultiplexerOptions traced = new MultiplexerOptions()
                .setCommandTracer(new OpenTelemetryTracer(() -> openTelemetry, false));
        return new TracedContestant(new VertxContestant(MultiplexedRedis.create(vertx, options, traced)), openTelemetry);
    }

    @Override
    public Runnable asynchronous(Operation operation, Caller caller) {
        return client.asynchronous(operation, caller);
    }

    @Override
    public BlockingCall blocking(Operation operation) {
        return client.blocking(operation);
    }

    @Override
    public void close() throws Exception {
        client.close();
        openTelemetry.close();
    }
}
