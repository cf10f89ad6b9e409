package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;

import io.vertx.core.net.SocketAddress;

/** The address that the latest connection to a server has led to. Thread-safe. */
final class ConnectedPeer {

    private volatile Optional<SocketAddress> address = Optional.empty();

    /** @param to {@code null} if the connection has ended before that could be asked for */
    void connected(SocketAddress to) {
        address = Optional.ofNullable(to);
    }

    /** @return empty as long as there has been no connection */
    Optional<SocketAddress> address() {
        return address;
    }
}
