package io.quarkiverse.redis.multiplexer.engine.settings;

import java.util.List;

import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.RedisURI;

/**
 * One Redis server and how to log in to it, as given by a connection string of the form
 * {@code redis[s]://[[user]:password@]host[:port][/database][?client=name]} or
 * {@code unix:///path[?db=n&user=name&password=secret]}; {@code valkey[s]} is the same as {@code redis[s]}
 * (<a href="https://www.iana.org/assignments/uri-schemes/prov/redis">the redis URI scheme</a>). Its string form has no
 * secrets.
 *
 * @param socket where it listens
 * @param tls whether to speak TLS
 * @param user {@code null} for the default user
 * @param password {@code null} for none
 * @param database {@code null} for the one that the server selects
 * @param clientName what the server shall call the connection; {@code null} for nothing
 */
public record NodeAddress(SocketAddress socket, boolean tls, String user, String password, Integer database,
        String clientName) {

    /**
     * The connection string under the scheme that Vert.x knows
     * (<a href="https://github.com/quarkusio/quarkus/issues/53525">quarkusio/quarkus#53525</a>).
     */
    static String asRedis(String connectionString) {
        return connectionString.replaceFirst("^valkey(s?):", "redis$1:");
    }

    /**
     * The first one that is configured.
     *
     * @throws IllegalArgumentException if the connection string is none; the message does not repeat it, for its password
     */
    public static NodeAddress of(RedisOptions options) {
        return of(options.getEndpoint(), options.getPassword());
    }

    /**
     * All that are configured, in their order.
     *
     * @throws IllegalArgumentException if one of the connection strings is none; the message does not repeat it
     */
    public static List<NodeAddress> all(RedisOptions options) {
        List<String> endpoints = options.getEndpoints().isEmpty() ? List.of(options.getEndpoint()) : options.getEndpoints();
        return endpoints.stream().map(endpoint -> of(endpoint, options.getPassword())).toList();
    }

    private static NodeAddress of(String endpoint, String defaultPassword) {
        RedisURI uri;
        try {
            uri = new RedisURI(endpoint);
            if (uri.socketAddress() == null) {
                throw new IllegalArgumentException();
            }
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("Not a Redis connection string (quarkus.redis.hosts); expected"
                    + " redis[s]:// or valkey[s]://[[user]:password@]host[:port][/database], with special characters in user and password"
                    + " percent-encoded");
        }
        String password = uri.password() != null ? uri.password() : defaultPassword;
        return new NodeAddress(uri.socketAddress(), uri.ssl(), uri.user(), password, uri.select(), uri.param("client"));
    }

    /** Another server, with the same login, database and name. */
    public NodeAddress at(SocketAddress other) {
        return new NodeAddress(other, tls, user, password, database, clientName);
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
