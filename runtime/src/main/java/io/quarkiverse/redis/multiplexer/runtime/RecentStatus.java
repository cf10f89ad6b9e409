package io.quarkiverse.redis.multiplexer.runtime;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.RoutingStatus;

/**
 * A client's status, which is taken once for all figures that are read together: anew when somebody reads a figure for the
 * second time, or when the latest one is not recent. Thread-safe.
 */
final class RecentStatus {

    /** Longer than it takes to read all figures, as a rule. */
    static final long MAX_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** @param number how many were taken before */
    record Snapshot(long number, long at, RoutingStatus routing, Map<String, NodeStatus> nodes) {
    }

    /** Somebody who reads one figure, again and again. */
    final class Reader {

        /** The number of the latest snapshot that has been read. */
        private long read = -1;

        Snapshot read() {
            synchronized (RecentStatus.this) {
                if (read == latest.number || clock.getAsLong() - latest.at > MAX_AGE_NANOS) {
                    latest = take(latest.number + 1);
                }
                read = latest.number;
                return latest;
            }
        }
    }

    private final MultiplexedRedis client;
    private final LongSupplier clock;
    private Snapshot latest;

    /** @param clock in nanoseconds */
    RecentStatus(MultiplexedRedis client, LongSupplier clock) {
        this.client = client;
        this.clock = clock;
        this.latest = take(0);
    }

    synchronized Snapshot latest() {
        return latest;
    }

    Reader reader() {
        return new Reader();
    }

    private Snapshot take(long number) {
        long now = clock.getAsLong();
        ClientStatus status = client.status();
        Map<String, NodeStatus> nodes = new LinkedHashMap<>();
        status.nodes().forEach(node -> nodes.putIfAbsent(node.address(), node));
        return new Snapshot(number, now, status.routing(), nodes);
    }
}
