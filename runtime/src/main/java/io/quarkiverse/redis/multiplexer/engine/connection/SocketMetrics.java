package io.quarkiverse.redis.multiplexer.engine.connection;

import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.net.NetSocket;

/** Tells the metrics of a socket about bytes that Vert.x does not see. What metrics throw stops nothing. */
final class SocketMetrics {

    private static final String WHAT = "the metrics of a socket";

    private final NetSocket socket;

    SocketMetrics(NetSocket socket) {
        this.socket = socket;
    }

    void read(int bytes) {
        Guard.run(WHAT, () -> VertxAccess.reportRead(socket, bytes));
    }

    void written(int bytes) {
        Guard.run(WHAT, () -> VertxAccess.reportWritten(socket, bytes));
    }
}
