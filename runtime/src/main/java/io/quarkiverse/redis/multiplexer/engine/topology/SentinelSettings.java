package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.SentinelAccess;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;

/**
 * What a client was told of sentinels, and of the servers that these watch. What is configured as hosts are sentinels; the
 * servers have the same login and are reached in the same way, if it is not told that sentinels have another one. Immutable.
 */
final class SentinelSettings {

    private final ClientSettings client;
    private final NodeAddress model;
    private final MultiplexerOptions options;

    SentinelSettings(ClientSettings client) {
        this.client = client;
        this.options = client.multiplexer();
        this.model = client.addresses().get(0);
    }

    /** The name that the sentinels know the primary by. */
    String primaryName() {
        return client.redis().getMasterName();
    }

    /** Which of the servers answers everything. */
    RedisRole role() {
        return client.redis().getRole();
    }

    /** In the order in which they are configured. */
    List<NodeAddress> sentinels() {
        return client.addresses().stream().map(this::sentinel).toList();
    }

    /** Another sentinel, which one of those has told of. */
    NodeAddress sentinel(SocketAddress socket) {
        return sentinel(model.at(socket, null));
    }

    /** A sentinel has no databases. */
    private NodeAddress sentinel(NodeAddress configured) {
        SentinelAccess access = options.getSentinelAccess();
        return new NodeAddress(configured.socket(), tls(), configured.serverName(),
                access.hasLogin() ? access.username().orElse(null) : configured.user(),
                access.hasLogin() ? access.password().orElse(null) : configured.password(), null, configured.clientName());
    }

    private boolean tls() {
        return options.getSentinelAccess().tls().orElseGet(model::tls);
    }

    /** A server that the sentinels watch. */
    NodeAddress server(SocketAddress socket) {
        return model.at(socket, null);
    }

    /** Of connections to sentinels. */
    ClientSettings forSentinels() {
        RedisOptions redis = new RedisOptions(client.redis());
        NetClientOptions sockets = new NetClientOptions(redis.getNetClientOptions());
        redis.setNetClientOptions(sockets.setSsl(sockets.isSsl() && tls()));
        MultiplexerOptions theirs = new MultiplexerOptions(options).setCredentialsProvider(null);
        return new ClientSettings(client.name(), redis, theirs);
    }

    /** Of connections to the servers that they watch. */
    ClientSettings forServers() {
        return client;
    }

    /** How the client is called in failures. */
    String subject() {
        return "Redis client '" + client.name() + "'";
    }
}
