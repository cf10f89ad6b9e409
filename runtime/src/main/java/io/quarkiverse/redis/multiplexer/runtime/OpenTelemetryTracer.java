package io.quarkiverse.redis.multiplexer.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.quarkiverse.redis.multiplexer.CommandTracer;
import io.quarkiverse.redis.multiplexer.runtime.OperationAttributes.AtEnd;
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
    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<Double> BOUNDARIES = List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0);
    /** An application has some dozens of commands, times the servers of a cluster and the sizes of batches. */
    private static final int MOST_OPERATIONS = 10_000;

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
    private final Map<Operation, OperationAttributes> operations = new ConcurrentHashMap<>();
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
        OperationAttributes attributes = attributes(operation);
        Context parent = Context.current();
        Span span = used.tracer.spanBuilder(operation.name()).setParent(parent).setSpanKind(SpanKind.CLIENT)
                .setAllAttributes(attributes.ofSpan()).startSpan();
        return new Running(used.duration, parent.with(span), span, attributes, began);
    }

    private OperationAttributes attributes(Operation operation) {
        OperationAttributes known = operations.get(operation);
        if (known == null) {
            known = new OperationAttributes(operation, withStockNames);
            if (operations.size() >= MOST_OPERATIONS) {
                // Those that are still asked for come again.
                operations.clear();
            }
            operations.put(operation, known);
        }
        return known;
    }

    private record Running(DoubleHistogram duration, Context context, Span span, OperationAttributes attributes, long began)
            implements
                CommandSpan {

        @Override
        public void succeeded(Optional<SocketAddress> peer) {
            end(attributes.succeeded(peer));
        }

        @Override
        public void failed(Throwable cause, Optional<String> code, Optional<SocketAddress> peer) {
            span.setStatus(StatusCode.ERROR);
            span.recordException(cause);
            end(attributes.failed(cause, code, peer));
        }

        private void end(AtEnd known) {
            span.setAllAttributes(known.ofSpan());
            span.end();
            duration.record((System.nanoTime() - began) / NANOS_PER_SECOND, known.ofDuration(), context);
        }
    }
}
