package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

import io.quarkus.deployment.builditem.LiveReloadBuildItem;

/**
 * The embedded servers by client. Live reloads keep this object, as they keep servers: a build may have to do with servers
 * that an earlier one has started. Thread-safe.
 */
public final class EmbeddedServers {

    private final Map<String, EmbeddedRedis> servers = new ConcurrentSkipListMap<>();

    private EmbeddedServers() {
    }

    static EmbeddedServers of(LiveReloadBuildItem liveReload) {
        EmbeddedServers servers = liveReload.getContextObject(EmbeddedServers.class);
        if (servers == null) {
            servers = new EmbeddedServers();
            liveReload.setContextObject(EmbeddedServers.class, servers);
        }
        return servers;
    }

    /** Takes the place of an earlier server of that client, which Quarkus closes. */
    EmbeddedRedis add(String client, EmbeddedRedis server) {
        servers.put(client, server);
        return server;
    }

    /** Those that have been started and not been closed. */
    public List<EmbeddedServer> running() {
        return servers.values().stream().map(EmbeddedRedis::describe).flatMap(Optional::stream).toList();
    }

    /**
     * Ends the server of a client, or its servers, and starts empty ones in their place, on the same ports: clients find it by
     * themselves. Returns when they take commands.
     *
     * @throws RuntimeException if there is none, or it does not start
     */
    public void restart(String client) {
        EmbeddedRedis server = client == null ? null : servers.get(client);
        if (server == null) {
            throw new IllegalArgumentException("There is no embedded server for a Redis client " + client);
        }
        server.restart();
    }
}
