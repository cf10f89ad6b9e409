package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.vertx.LeaseMetrics;
import io.vertx.core.Vertx;

/**
 * Reports the dedicated connections to Vert.x' pool metrics, as the stock client does its connections. What these throw costs
 * nobody anything. Thread-safe.
 */
public final class PoolTelemetry {

    private final ForeignCalls calls;
    /** {@code null} without metrics. */
    private final LeaseMetrics metrics;

    public PoolTelemetry(Vertx vertx, String name, int size) {
        this.calls = new ForeignCalls("the pool metrics of Redis client '" + name + "'");
        this.metrics = calls.get(() -> LeaseMetrics.of(vertx, name, size), Optional.<LeaseMetrics> empty()).orElse(null);
    }

    /** Somebody wants a connection. @return what the other methods are to be given */
    public Object submitted() {
        return metrics == null ? null : calls.get(metrics::submitted, null);
    }

    /** They got one. @return what {@link #end} is to be given */
    public Object begin(Object submitted) {
        return metrics == null ? null : calls.get(() -> metrics.begin(submitted), null);
    }

    /** They got none. */
    public void rejected(Object submitted) {
        if (metrics != null) {
            calls.run(() -> metrics.rejected(submitted));
        }
    }

    /** They have given it back. */
    public void end(Object begun) {
        if (metrics != null) {
            calls.run(() -> metrics.end(begun));
        }
    }

    public void close() {
        if (metrics != null) {
            calls.run(metrics::close);
        }
    }
}
