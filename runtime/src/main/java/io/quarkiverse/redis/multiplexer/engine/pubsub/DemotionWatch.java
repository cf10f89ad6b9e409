package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.engine.pubsub.ClusterNodes.Member;

/**
 * Has it noticed soon when a node is no primary any more that tells keyspace events, where no command of a caller would be
 * redirected: once in a second, each of them is looked at. Used on the event loop of the hub.
 */
final class DemotionWatch {

    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClusterNodes nodes;
    private final Supplier<List<Member>> watched;
    private long looked;

    /**
     * @param watched the nodes that are listened to
     * @param now as of {@link System#nanoTime()}
     */
    DemotionWatch(ClusterNodes nodes, Supplier<List<Member>> watched, long now) {
        this.nodes = nodes;
        this.watched = watched;
        this.looked = now;
    }

    /** Looks at the nodes, if it is time for that. */
    void look(long now) {
        if (now - looked >= PERIOD_NANOS) {
            looked = now;
            watched.get().forEach(nodes::lookAt);
        }
    }
}
