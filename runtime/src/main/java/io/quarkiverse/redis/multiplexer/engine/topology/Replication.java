package io.quarkiverse.redis.multiplexer.engine.topology;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisTopology;

/** A primary and its replicas, which nobody else watches: the primary answers everything. */
final class Replication {

    private Replication() {
    }

    /** @param bytes counts those of the whole client */
    static Topology topology(Vertx vertx, ClientSettings settings, PendingBytes bytes) {
        EventLoop own = VertxAccess.eventLoops(vertx).get(0);
        Links links = new SocketLinks(vertx, VertxAccess.newContext(vertx, own), settings);
        boolean fixed = settings.redis().getTopology() == RedisTopology.STATIC;
        PrimarySearch search = fixed ? new FixedPrimary(settings, links) : new ReplicationSearch(settings, links);
        return new SinglePrimary(vertx, own, search, fixed ? ConnectionRole.PLAIN : ConnectionRole.REDIRECTABLE, settings,
                bytes);
    }
}
