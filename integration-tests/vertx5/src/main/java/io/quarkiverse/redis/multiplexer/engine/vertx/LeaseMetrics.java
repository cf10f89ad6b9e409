package io.quarkiverse.redis.multiplexer.engine.vertx;

import java.util.Optional;

import io.vertx.core.Vertx;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;

/**
 * What Vert.x counts of a pool of connections, called as the stock client calls it. The methods throw what the metrics throw.
 * Thread-safe.
 */
public final class LeaseMetrics {

    private static final String TYPE = "redis";

    private final PoolMetrics<Object, Object> metrics;

    private LeaseMetrics(PoolMetrics<Object, Object> metrics) {
        this.metrics = metrics;
    }

    /**
     * @param size the most connections that the pool may have
     * @return nothing if {@code vertx} counts nothing
     */
    @SuppressWarnings("unchecked")
    public static Optional<LeaseMetrics> of(Vertx vertx, String name, int size) {
        VertxMetrics all = VertxAccess.metrics(vertx);
        PoolMetrics<?, ?> metrics = all == null ? null : all.createPoolMetrics(TYPE, name, size);
        return metrics == null ? Optional.empty() : Optional.of(new LeaseMetrics((PoolMetrics<Object, Object>) metrics));
    }

    /** A connection is wanted. @return what {@link #begin} or {@link #rejected} is to be given; may be {@code null} */
    public Object submitted() {
        return metrics.enqueue();
    }

    /** A connection is lent. @return what {@link #end} is to be given; may be {@code null} */
    public Object begin(Object submitted) {
        metrics.dequeue(submitted);
        return metrics.begin();
    }

    /** No connection was to be had. */
    public void rejected(Object submitted) {
        metrics.dequeue(submitted);
    }

    /** The connection was given back. */
    public void end(Object begun) {
        metrics.end(begun);
    }

    public void close() {
        metrics.close();
    }
}
