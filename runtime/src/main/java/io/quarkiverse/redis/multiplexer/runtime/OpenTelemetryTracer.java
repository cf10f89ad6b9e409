package io.quarkiverse.redis.multiplexer.runtime;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.quarkiverse.redis.multiplexer.CommandTracer;
import io.quarkus.arc.Arc;
import io.quarkus.arc.InstanceHandle;
import io.vertx.core.net.SocketAddress;

/**
 * Spans of commands, and the histogram of how long they take, by the stable conventions of
 * <a href="https://opentelemetry.io/docs/specs/semconv/db/redis/">OpenTelemetry</a>. Loaded by applications that have
 * OpenTelemetry only.
 */
public final class OpenTelemetryTracer implements CommandTracer {

    private static final String SCOPE = "io.quarkiverse.redis.multiplexer";
    private static final String REDIS = "redis";
    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<Double> BOUNDARIES = List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0);

    private static final AttributeKey<String> SYSTEM_NAME = stringKey("db.system.name");
    private static final AttributeKey<String> OPERATION_NAME = stringKey("db.operation.name");
    private static final AttributeKey<String> NAMESPACE = stringKey("db.namespace");
    private static final AttributeKey<Long> BATCH_SIZE = longKey("db.operation.batch.size");
    private static final AttributeKey<String> STATUS_CODE = stringKey("db.response.status_code");
    private static final AttributeKey<String> ERROR_TYPE = stringKey("error.type");
    private static final AttributeKey<String> SERVER_ADDRESS = stringKey("server.address");
    private static final AttributeKey<Long> SERVER_PORT = longKey("server.port");
    private static final AttributeKey<String> PEER_ADDRESS = stringKey("network.peer.address");
    private static final AttributeKey<Long> PEER_PORT = longKey("network.peer.port");

    // What Quarkus makes of the tags of the stock client.
    private static final AttributeKey<String> OLD_SYSTEM = stringKey("db.system");
    private static final AttributeKey<String> OLD_OPERATION = stringKey("db.operation");
    private static final AttributeKey<String> OLD_CONNECTION_STRING = stringKey("db.connection_string");
    private static final AttributeKey<String> OLD_USER = stringKey("db.user");
    private static final AttributeKey<String> OLD_SERVER_ADDRESS = stringKey("network.local.address");
    private static final AttributeKey<Long> OLD_SERVER_PORT = longKey("network.local.port");

    /** What is asked of OpenTelemetry once. */
    private record Instruments(Tracer tracer, DoubleHistogram duration) {

        static Instruments of(OpenTelemetry openTelemetry) {
            return new Instruments(openTelemetry.getTracer(SCOPE), openTelemetry.getMeter(SCOPE)
                    .histogramBuilder("db.client.operation.duration").setUnit("s")
                    .setDescription("Duration of database client operations.")
                    .setExplicitBucketBoundariesAdvice(BOUNDARIES).build());
        }
    }

    private final Supplier<OpenTelemetry> openTelemetry;
    private final boolean withStockNames;
    /** {@code null} before the first command: OpenTelemetry may be there later than the clients are. */
    private volatile Instruments instruments;

    /** @param withStockNames whether attributes have the names that the stock client's have, too */
    public OpenTelemetryTracer(Supplier<OpenTelemetry> openTelemetry, boolean withStockNames) {
        this.openTelemetry = openTelemetry;
        this.withStockNames = withStockNames;
    }

    /** That of the application, which there is none of if OpenTelemetry was disabled when it was built. */
    static OpenTelemetryTracer ofApplication(boolean withStockNames) {
        return new OpenTelemetryTracer(() -> {
            InstanceHandle<OpenTelemetry> bean = Arc.container().instance(OpenTelemetry.class);
            return bean.isAvailable() ? bean.get() : OpenTelemetry.noop();
        }, withStockNames);
    }

    private Instruments instruments() {
        Instruments known = instruments;
        if (known == null) {
            // Whoever else does so at the same time gets the same.
            known = Instruments.of(openTelemetry.get());
            instruments = known;
        }
        return known;
    }

    @Override
    public CommandSpan begin(Operation operation) {
        Instruments used = instruments();
        long began = System.nanoTime();
        Attributes attributes = attributes(operation);
        Context parent = Context.current();
        Span span = used.tracer.spanBuilder(operation.name()).setParent(parent).setSpanKind(SpanKind.CLIENT)
                .setAllAttributes(attributes).startSpan();
        if (operation.batchSize() > 1) {
            span.setAttribute(BATCH_SIZE, (long) operation.batchSize());
        }
        if (withStockNames) {
            addStockNames(span, operation);
        }
        return new Running(used.duration, parent.with(span), span, attributes, began);
    }

    /** Those that the histogram has, too. */
    private static Attributes attributes(Operation operation) {
        AttributesBuilder attributes = Attributes.builder().put(SYSTEM_NAME, REDIS).put(OPERATION_NAME, operation.name());
        operation.database().ifPresent(number -> attributes.put(NAMESPACE, number));
        put(attributes, SERVER_ADDRESS, SERVER_PORT, operation.server());
        return attributes.build();
    }

    /** A Unix socket has a path, and no port. */
    private static void put(AttributesBuilder attributes, AttributeKey<String> name, AttributeKey<Long> port,
            SocketAddress address) {
        attributes.put(name, name(address));
        if (address.isInetSocket()) {
            attributes.put(port, (long) address.port());
        }
    }

    private static String name(SocketAddress address) {
        return address.isInetSocket() ? address.host() : address.path();
    }

    private static void addStockNames(Span span, Operation operation) {
        SocketAddress server = operation.server();
        span.setAttribute(OLD_SYSTEM, REDIS).setAttribute(OLD_OPERATION, operation.stockName())
                .setAttribute(OLD_CONNECTION_STRING, server.toString()).setAttribute(OLD_SERVER_ADDRESS, name(server));
        operation.user().ifPresent(user -> span.setAttribute(OLD_USER, user));
        if (server.isInetSocket()) {
            span.setAttribute(OLD_SERVER_PORT, (long) server.port());
        }
    }

    private record Running(DoubleHistogram duration, Context context, Span span, Attributes atBegin, long began)
            implements
                CommandSpan {

        @Override
        public void succeeded(Optional<SocketAddress> peer) {
            end(Attributes.builder(), peer);
        }

        @Override
        public void failed(Throwable cause, Optional<String> code, Optional<SocketAddress> peer) {
            span.setStatus(StatusCode.ERROR);
            span.recordException(cause);
            AttributesBuilder attributes = Attributes.builder();
            code.ifPresent(word -> attributes.put(STATUS_CODE, word));
            end(attributes.put(ERROR_TYPE, code.orElseGet(() -> cause.getClass().getName())), peer);
        }

        private void end(AttributesBuilder attributes, Optional<SocketAddress> peer) {
            peer.ifPresent(connected -> put(attributes, PEER_ADDRESS, PEER_PORT, numeric(connected)));
            Attributes atEnd = attributes.build();
            span.setAllAttributes(atEnd);
            span.end();
            duration.record((System.nanoTime() - began) / NANOS_PER_SECOND, atBegin.toBuilder().putAll(atEnd).build(), context);
        }

        /** The address that a name has been resolved to. */
        private static SocketAddress numeric(SocketAddress peer) {
            return peer.isInetSocket() && peer.hostAddress() != null
                    ? SocketAddress.inetSocketAddress(peer.port(), peer.hostAddress())
                    : peer;
        }
    }
}
