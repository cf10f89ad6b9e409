package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.Redirect;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.net.SocketAddress;

/**
 * The addresses of a cluster: those that are configured, and those that its nodes tell, with the login that is configured.
 * Immutable.
 */
final class ClusterAddresses {

    private final List<NodeAddress> seeds;
    private final NodeAddress model;

    /** @param seeds all that are configured, at least one */
    ClusterAddresses(List<NodeAddress> seeds) {
        this.seeds = List.copyOf(seeds);
        this.model = seeds.stream().filter(seed -> seed.password() != null).findFirst().orElse(seeds.get(0));
    }

    /** The configured ones, in their order. */
    List<NodeAddress> seeds() {
        return seeds;
    }

    boolean tls() {
        return model.tls();
    }

    /** The address of a node, with everything that is needed to log in to it. */
    NodeAddress of(SocketAddress node) {
        return seeds.stream().filter(seed -> seed.socket().equals(node)).findFirst().orElseGet(() -> model.at(node));
    }

    /**
     * The server that a redirect names.
     *
     * @param from the node that has sent it, at whose host the other one is if no host is named
     * @return empty if the node does not know it either
     */
    static Optional<SocketAddress> resolve(Redirect redirect, SocketAddress from) {
        return switch (redirect.hostKind()) {
            case NAMED -> Optional.of(SocketAddress.inetSocketAddress(redirect.port(), redirect.host()));
            case SAME -> Optional.of(SocketAddress.inetSocketAddress(redirect.port(), from.host()));
            case UNKNOWN -> Optional.empty();
        };
    }
}
