package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.quarkiverse.redis.multiplexer.CommandTracer.Operation;
import io.quarkiverse.redis.multiplexer.runtime.OpenTelemetryTracer;
import io.vertx.core.net.SocketAddress;

/** {@link OpenTelemetryTracer}: the attributes of spans and of the histogram, by OpenTelemetry's conventions for Redis. */
class OpenTelemetryTracerTest {

    private static final SocketAddress SERVER = SocketAddress.inetSocketAddress(6380, "cache.example.com");
    private static final Optional<SocketAddress> PEER = Optional.of(SocketAddress.inetSocketAddress(6380, "10.0.0.7"));
    private static final Operation GET = new Operation("get", "get", 1, Optional.of("3"), Optional.of("anna"), SERVER);
    private static final Operation BATCH = new Operation("PIPELINE get", "batch", 2, Optional.of("0"), Optional.empty(),
            SERVER);

    private static final Map<String, Object> AT_BEGIN = Map.of("db.system.name", "redis", "db.operation.name", "get",
            "db.namespace", "3", "server.address", "cache.example.com", "server.port", 6380L);
    private static final Map<String, Object> AT_END = Map.of("network.peer.address", "10.0.0.7", "network.peer.port", 6380L);

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(
                    SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build())
            .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build()).build();
    private final OpenTelemetryTracer stable = new OpenTelemetryTracer(() -> sdk, false);
    private final OpenTelemetryTracer both = new OpenTelemetryTracer(() -> sdk, true);

    @AfterEach
    void close() {
        sdk.close();
    }

    private SpanData span() {
        List<SpanData> all = spans.getFinishedSpanItems();
        assertEquals(1, all.size(), all::toString);
        return all.get(0);
    }

    private static Map<String, Object> asMap(Attributes attributes) {
        Map<String, Object> all = new TreeMap<>();
        attributes.forEach((key, value) -> all.put(key.getKey(), value));
        return all;
    }

    @SafeVarargs
    private static Map<String, Object> union(Map<String, Object>... maps) {
        Map<String, Object> all = new HashMap<>();
        List.of(maps).forEach(all::putAll);
        return all;
    }

    private HistogramPointData point() {
        MetricData metric = metrics.collectAllMetrics().iterator().next();
        assertEquals("db.client.operation.duration", metric.getName());
        assertEquals("s", metric.getUnit());
        assertEquals(1, metric.getHistogramData().getPoints().size());
        return metric.getHistogramData().getPoints().iterator().next();
    }

    @Test
    void aCommandHasTheStableNames() {
        stable.begin(GET).succeeded(PEER);
        assertEquals("get", span().getName());
        assertEquals(SpanKind.CLIENT, span().getKind());
        assertEquals(StatusCode.UNSET, span().getStatus().getStatusCode());
        assertEquals(union(AT_BEGIN, AT_END), asMap(span().getAttributes()));
    }

    @Test
    void itIsAChildOfWhatIsCurrent() {
        Span parent = sdk.getTracer("test").spanBuilder("caller").startSpan();
        try (Scope scope = parent.makeCurrent()) {
            stable.begin(GET).succeeded(PEER);
        }
        assertEquals(parent.getSpanContext().getSpanId(), span().getParentSpanId());
    }

    @Test
    void theHistogramHasTheConventionsNameUnitBucketsAndAttributes() {
        stable.begin(GET).succeeded(PEER);
        stable.begin(GET).succeeded(PEER);
        HistogramPointData point = point();
        assertEquals(2, point.getCount());
        assertEquals(List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0), point.getBoundaries());
        assertEquals(union(AT_BEGIN, AT_END), asMap(point.getAttributes()));
        double seconds = spans.getFinishedSpanItems().stream()
                .mapToLong(one -> one.getEndEpochNanos() - one.getStartEpochNanos()).sum() / 1e9;
        assertTrue(point.getSum() > 0 && point.getSum() < seconds + 1, point::toString);
    }

    /** Attributes are kept from one command to the next: what differs must not be. */
    @Test
    void theNextCommandHasItsOwnPeerAndNoErrorOfTheOneBefore() {
        Optional<SocketAddress> other = Optional.of(SocketAddress.inetSocketAddress(6381, "10.0.0.8"));
        Map<String, Object> atOther = Map.of("network.peer.address", "10.0.0.8", "network.peer.port", 6381L);
        stable.begin(GET).succeeded(PEER);
        stable.begin(GET).succeeded(other);
        stable.begin(GET).failed(new ConnectException(), Optional.empty(), other);
        stable.begin(GET).succeeded(Optional.empty());
        stable.begin(GET).succeeded(PEER);
        assertEquals(List.of(union(AT_BEGIN, AT_END), union(AT_BEGIN, atOther),
                union(AT_BEGIN, atOther, Map.of("error.type", "java.net.ConnectException")), AT_BEGIN, union(AT_BEGIN, AT_END)),
                spans.getFinishedSpanItems().stream().map(one -> asMap(one.getAttributes())).toList());
    }

    @Test
    void thereMayBeMoreOperationsThanAttributesAreKeptOf() {
        for (int i = 0; i < 25_000; i++) {
            String name = "custom-" + i;
            stable.begin(new Operation(name, name, 1, Optional.of("3"), Optional.empty(), SERVER)).succeeded(PEER);
            SpanData span = span();
            assertEquals(union(AT_BEGIN, AT_END, Map.of("db.operation.name", name)), asMap(span.getAttributes()));
            spans.reset();
        }
    }

    @Test
    void anErrorOfTheServerIsNamedByItsCode() {
        stable.begin(GET).failed(new Exception("WRONGTYPE Operation against a key"), Optional.of("WRONGTYPE"), PEER);
        Map<String, Object> attributes = union(AT_BEGIN, AT_END,
                Map.of("db.response.status_code", "WRONGTYPE", "error.type", "WRONGTYPE"));
        assertEquals(attributes, asMap(span().getAttributes()));
        assertEquals(StatusCode.ERROR, span().getStatus().getStatusCode());
        assertEquals("exception", span().getEvents().get(0).getName());
        assertEquals(attributes, asMap(point().getAttributes()));
    }

    @Test
    void anotherFailureIsNamedByItsType() {
        stable.begin(GET).failed(new ConnectException(), Optional.empty(), Optional.empty());
        assertEquals(union(AT_BEGIN, Map.of("error.type", "java.net.ConnectException")), asMap(span().getAttributes()));
    }

    @Test
    void aBatchHasItsSizeWhichTheHistogramHasNot() {
        stable.begin(BATCH).succeeded(PEER);
        assertEquals("PIPELINE get", span().getName());
        Map<String, Object> attributes = union(AT_BEGIN, AT_END,
                Map.of("db.operation.name", "PIPELINE get", "db.namespace", "0"));
        assertEquals(union(attributes, Map.of("db.operation.batch.size", 2L)), asMap(span().getAttributes()));
        assertEquals(attributes, asMap(point().getAttributes()));
    }

    @Test
    void aUnixSocketHasAPathAndNoPort() {
        SocketAddress path = SocketAddress.domainSocketAddress("/run/redis.sock");
        both.begin(new Operation("get", "get", 1, Optional.empty(), Optional.empty(), path)).succeeded(Optional.of(path));
        assertEquals(Map.of("db.system.name", "redis", "db.operation.name", "get", "server.address", "/run/redis.sock",
                "network.peer.address", "/run/redis.sock", "db.system", "redis", "db.operation", "get",
                "db.connection_string", path.toString(), "network.local.address", "/run/redis.sock"),
                asMap(span().getAttributes()));
    }

    @Test
    void bothHaveTheStockNamesBesides() {
        both.begin(GET).succeeded(PEER);
        assertEquals(union(AT_BEGIN, AT_END, Map.of("db.system", "redis", "db.operation", "get", "db.user", "anna",
                "db.connection_string", "cache.example.com:6380", "network.local.address", "cache.example.com",
                "network.local.port", 6380L)), asMap(span().getAttributes()));
        assertEquals(union(AT_BEGIN, AT_END), asMap(point().getAttributes()));
    }

    @Test
    void ofABatchTheOldNameIsBatch() {
        both.begin(BATCH).succeeded(PEER);
        assertEquals("batch", asMap(span().getAttributes()).get("db.operation"));
    }
}
