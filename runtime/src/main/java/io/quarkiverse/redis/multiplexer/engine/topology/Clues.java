package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Optional;
import java.util.Set;

import io.vertx.core.net.SocketAddress;

/**
 * What is known when a {@linkplain PrimarySearch search} begins.
 *
 * @param current the server that is used; empty if none is
 * @param unreachable those that commands cannot be sent to
 */
record Clues(Optional<SocketAddress> current, Set<SocketAddress> unreachable) {

    Clues {
        unreachable = Set.copyOf(unreachable);
    }
}
