package io.quarkiverse.redis.multiplexer.engine.vertx;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.CloseFuture;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetClientBuilder;
import io.vertx.core.spi.metrics.VertxMetrics;

/**
 * A {@link NetClient} that is made when it is first needed, and belongs to its owner alone: Vert.x would tie one that is
 * made on a verticle's context to the undeployment of that verticle. Thread-safe.
 */
public final class SocketFactory {

    private final Vertx vertx;
    private final NetClientOptions options;
    private final CloseFuture lifetime = new CloseFuture();
    private NetClient client;

    public SocketFactory(Vertx vertx, NetClientOptions options) {
        this.vertx = vertx;
        this.options = options;
    }

    /**
     * Opens a socket that lives on the current context.
     *
     * @throws IllegalStateException if this was closed
     */
    public Future<NetSocket> connect(SocketAddress address) {
        return client().connect(address);
    }

    /** Closes all sockets; no new ones can be opened. May be called again. */
    public Future<Void> close() {
        return lifetime.close();
    }

    private synchronized NetClient client() {
        if (client == null) {
            VertxMetrics metrics = VertxAccess.metrics(vertx);
            NetClientBuilder builder = new NetClientBuilder((VertxInternal) vertx, options);
            builder.metrics(metrics == null ? null : metrics.createNetClientMetrics(options));
            builder.closeFuture(lifetime);
            client = builder.build();
        }
        return client;
    }
}
