package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricExporter;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.arc.ClientProxy;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;

/** Spans and the histogram of commands by the stable conventions of OpenTelemetry, where these are opted in to. */
class StableTracingTest {

    private static final RedisServer SERVER = RedisServer.prepare();
    private static final String NOWHERE = "redis://127.0.0.1:1";
    private static final String SECRET = "s3cret";

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .overrideConfigKey("quarkus.devservices.enabled", "false")
            .overrideConfigKey("quarkus.otel.metrics.enabled", "true")
            .withApplicationRoot(jar -> jar.addClasses(Exporters.class))
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .overrideRuntimeConfigKey("otel.semconv-stability.opt-in", "http,database")
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url().replace("localhost", "127.0.0.1"))
            .overrideRuntimeConfigKey("quarkus.redis.nowhere.hosts", NOWHERE)
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.nowhere.unavailable", "fail-fast")
            .overrideRuntimeConfigKey("quarkus.redis.full.hosts", NOWHERE)
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.full.lanes", "1")
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.full.max-pending", "1");

    @Singleton
    public static class Exporters {

        @Produces
        @Singleton
        InMemorySpanExporter spans = InMemorySpanExporter.create();

        @Produces
        @Singleton
        InMemoryMetricExporter metrics = InMemoryMetricExporter.create();

        @Produces
        @Singleton
        SpanProcessor processor() {
            return SimpleSpanProcessor.create(spans);
        }
    }

    @ConfigProperty(name = "quarkus.redis.hosts")
    URI server;

    @Inject
    InMemorySpanExporter spans;
    @Inject
    InMemoryMetricExporter metrics;
    @Inject
    OpenTelemetry openTelemetry;
    @Inject
    Tracer tracer;
    @Inject
    RedisDataSource redis;
    @Inject
    MultiplexedRedis multiplexed;
    @Inject
    @RedisClientName("nowhere")
    MultiplexedRedis nowhere;
    @Inject
    @RedisClientName("full")
    MultiplexedRedis full;

    @BeforeEach
    void connect() {
        redis.execute("PING");
        spans.reset();
    }

    private Map<String, Object> of(String operation) {
        return Map.of("db.system.name", "redis", "db.operation.name", operation, "db.namespace", "0",
                "server.address", server.getHost(), "server.port", (long) server.getPort(),
                "network.peer.address", server.getHost(), "network.peer.port", (long) server.getPort());
    }

    private static Map<String, Object> with(Map<String, Object> all, Map<String, Object> more) {
        Map<String, Object> union = new HashMap<>(all);
        union.putAll(more);
        return union;
    }

    private static Map<String, Object> asMap(Attributes attributes) {
        Map<String, Object> all = new HashMap<>();
        attributes.forEach((key, value) -> all.put(key.getKey(), value));
        return all;
    }

    /** The only span that an action has as its child. The command is over, and its span has ended, before that. */
    private SpanData child(Runnable action) {
        Span parent = tracer.spanBuilder("caller").startSpan();
        try (Scope scope = Context.current().with(parent).makeCurrent()) {
            action.run();
        } finally {
            parent.end();
        }
        List<SpanData> children = spans.getFinishedSpanItems().stream()
                .filter(span -> span.getParentSpanId().equals(parent.getSpanContext().getSpanId())).toList();
        assertEquals(1, children.size(), children::toString);
        String events = children.get(0).getEvents().stream().map(event -> event.getAttributes().toString()).toList()
                .toString();
        assertTrue(!(children + events).contains(SECRET), children + events);
        assertEquals(SpanKind.CLIENT, children.get(0).getKind());
        return children.get(0);
    }

    private static void await(Future<?> future) {
        future.otherwiseEmpty().toCompletionStage().toCompletableFuture().join();
    }

    private static Request request(Command command, String... arguments) {
        Request request = Request.cmd(command);
        for (String argument : arguments) {
            request.arg(argument);
        }
        return request;
    }

    @Test
    void aCommandHasTheStableNamesOnly() {
        SpanData span = child(() -> redis.value(String.class).set(SECRET, SECRET));
        assertEquals("set", span.getName());
        assertEquals(of("set"), asMap(span.getAttributes()));
    }

    @Test
    void anErrorHasItsCode() {
        redis.value(String.class).set(SECRET, SECRET);
        SpanData span = child(() -> await(multiplexed.send(request(Command.LLEN, SECRET))));
        assertEquals(with(of("llen"), Map.of("db.response.status_code", "WRONGTYPE", "error.type", "WRONGTYPE")),
                asMap(span.getAttributes()));
        assertEquals(StatusCode.ERROR, span.getStatus().getStatusCode());
    }

    @Test
    void theArgumentsThatAnErrorNamesAreNotTold() {
        SpanData span = child(() -> await(multiplexed.send(request(Command.create("atuh"), SECRET))));
        assertEquals("ERR", span.getEvents().get(0).getAttributes().get(AttributeKey.stringKey("exception.message")));
    }

    @Test
    void whatIsRefusedHasASpan() {
        SpanData span = child(() -> await(multiplexed.send(request(Command.MULTI))));
        assertEquals("multi", span.getName());
        assertTrue(asMap(span.getAttributes()).containsKey("error.type"), span::toString);
    }

    /** What a command has in its span that fails without any connection. */
    private static Map<String, Object> unconnected(Class<? extends Throwable> failure) {
        return Map.of("db.system.name", "redis", "db.operation.name", "get", "db.namespace", "0", "server.address", "127.0.0.1",
                "server.port", 1L, "error.type", failure.getName());
    }

    @Test
    void whatCannotBeSentHasASpanWithoutAPeer() {
        SpanData span = child(() -> await(nowhere.send(request(Command.GET, SECRET))));
        assertEquals(unconnected(ConnectionLostException.class), asMap(span.getAttributes()));
        assertEquals(StatusCode.ERROR, span.getStatus().getStatusCode());
    }

    @Test
    void whatDoesNotFitIntoTheBacklogHasASpanWithoutAPeer() {
        full.send(request(Command.GET, SECRET));
        SpanData span = child(() -> await(full.send(request(Command.GET, SECRET))));
        assertEquals(unconnected(BacklogFullException.class), asMap(span.getAttributes()));
        assertEquals(StatusCode.ERROR, span.getStatus().getStatusCode());
    }

    @Test
    void aSubscriptionHasASpan() {
        RedisConnection connection = multiplexed.connect().toCompletionStage().toCompletableFuture().join();
        SpanData span = child(() -> await(connection.send(request(Command.SUBSCRIBE, SECRET))));
        assertEquals(of("subscribe"), asMap(span.getAttributes()));
        connection.close();
    }

    @Test
    void aBatchHasItsSize() {
        SpanData span = child(() -> await(
                multiplexed.batch(List.of(request(Command.GET, SECRET), request(Command.GET, "other")))));
        assertEquals("PIPELINE get", span.getName());
        assertEquals(with(of("PIPELINE get"), Map.of("db.operation.batch.size", 2L)), asMap(span.getAttributes()));
    }

    @Test
    void theHistogramCountsTheSame() {
        await(multiplexed.send(request(Command.GETDEL, SECRET)));
        ((OpenTelemetrySdk) unwrapped()).getSdkMeterProvider().forceFlush().join(20, TimeUnit.SECONDS);
        Set<Map<String, Object>> points = metrics.getFinishedMetricItems().stream()
                .filter(metric -> metric.getName().equals("db.client.operation.duration"))
                .map(MetricData::getHistogramData).flatMap(data -> data.getPoints().stream())
                .map(HistogramPointData::getAttributes).map(StableTracingTest::asMap).collect(Collectors.toSet());
        assertTrue(points.contains(of("getdel")), points::toString);
    }

    /** The bean may be a proxy. */
    private Object unwrapped() {
        return ClientProxy.unwrap(openTelemetry);
    }
}
