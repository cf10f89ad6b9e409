package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.settings.Printable;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Response;

/**
 * What a server says that it is: its answer to <a href="https://redis.io/docs/latest/commands/role/">ROLE</a>.
 *
 * @param role {@link NodeRole#UNKNOWN} if it has said something else, or has not let us ask
 * @param words the role as the server calls it
 * @param primary whose data it has, of a replica that tells
 * @param linked whether a replica reaches its primary; others do
 * @param replicas that reach it, as it sees them
 */
record RoleReply(NodeRole role, String words, Optional<SocketAddress> primary, boolean linked, List<SocketAddress> replicas) {

    private static final String LINKED = "connected";

    RoleReply {
        replicas = List.copyOf(replicas);
    }

    /** Of a server that has said no more than that. */
    static RoleReply of(NodeRole role) {
        return new RoleReply(role, role.name(), Optional.empty(), true, List.of());
    }

    /** Whether it has said more than its role: a primary that has not may have replicas. */
    boolean isDetailed() {
        return !words.equals(role.name());
    }

    /** @throws IllegalArgumentException if that is no such answer */
    static RoleReply of(Response reply) {
        try {
            String word = reply.get(0).toString();
            return switch (word) {
                case "master" -> new RoleReply(NodeRole.PRIMARY, word, Optional.empty(), true, replicas(reply.get(2)));
                case "slave" -> new RoleReply(NodeRole.REPLICA, word, Optional.of(address(reply.get(1), reply.get(2))),
                        reply.get(3).toString().equals(LINKED), List.of());
                default -> new RoleReply(NodeRole.UNKNOWN, Printable.text(word), Optional.empty(), true, List.of());
            };
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("it has told its role in a form that is not known", e);
        }
    }

    /** Who replicates without being a server, as {@code redis-cli --replica} does, has no port that could be connected to. */
    private static List<SocketAddress> replicas(Response told) {
        List<SocketAddress> replicas = new ArrayList<>();
        told.forEach(replica -> SentinelReply.address(replica.get(0).toString(), replica.get(1).toString())
                .ifPresent(replicas::add));
        return replicas;
    }

    private static SocketAddress address(Response host, Response port) {
        return SocketAddress.inetSocketAddress(port.toInteger(), host.toString());
    }
}
