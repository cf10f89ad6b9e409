package io.quarkiverse.redis.multiplexer.engine.topology;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisRole;

/** The servers that sentinels watch: one of them answers everything, as a rule the primary. */
final class Sentinel {

    private Sentinel() {
    }

    /** @param bytes counts those of the whole client */
    static Topology topology(Vertx vertx, ClientSettings client, PendingBytes bytes) {
        SentinelSettings settings = new SentinelSettings(client);
        EventLoop own = VertxAccess.eventLoops(vertx).get(0);
        Context context = VertxAccess.newContext(vertx, own);
        SentinelSearch search = new SentinelSearch(settings, new SocketLinks(vertx, context, settings.forSentinels()),
                new SocketLinks(vertx, context, settings.forServers()), new LoopTimer(own),
                client.multiplexer().getLivenessTimeout().toMillis());
        boolean primary = settings.role() == RedisRole.MASTER;
        ClientSettings servers = settings.role() == RedisRole.SENTINEL ? settings.forSentinels() : client;
        return new SinglePrimary(vertx, own, search, primary ? ConnectionRole.REDIRECTABLE : ConnectionRole.PLAIN, servers,
                bytes);
    }
}
