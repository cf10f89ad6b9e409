package io.quarkiverse.redis.multiplexer.engine.command;

import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Vertx;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;

/**
 * Reports the dedicated connections to Vert.x' pool metrics, as the stock client does its connections. What these throw costs
 * nobody anything. Thread-safe.
 */
public final class PoolTelemetry {

    private final ForeignCalls calls;
    /** {@code null} without metrics. */
    private final PoolMetrics<Object> metrics;

    @SuppressWarnings("unchecked")
    public PoolTelemetry(Vertx vertx, String name, int size) {
        this.calls = new ForeignCalls("the pool metrics of Redis client '" + name + "'");
        VertxMetrics vertxMetrics = VertxAccess.metrics(vertx);
        this.metrics = vertxMetrics == null ? null
                : calls.get(() -> (PoolMetrics<Object>) vertxMetrics.createPoolMetrics("redis", name, size), null);
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
            calls.run(() -> metrics.end(begun, true));
        }
    }

    public void close() {
        if (metrics != null) {
            calls.run(metrics::close);
        }
    }
}
