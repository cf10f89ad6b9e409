package io.quarkiverse.redis.multiplexer.engine.vertx;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.CloseFuture;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetClientBuilder;
import io.vertx.core.net.impl.NetClientImpl;
import io.vertx.core.spi.metrics.VertxMetrics;

/**
 * A {@link NetClient} that is made when it is first needed, and belongs to its owner alone: Vert.x would tie one that is
 * made on a verticle's context to the undeployment of that verticle. Thread-safe.
 */
public final class SocketFactory {

    private final Vertx vertx;
    private final NetClientOptions options;
    private final CloseFuture lifetime = new CloseFuture();
    private NetClientImpl client;

    public SocketFactory(Vertx vertx, NetClientOptions options) {
        this.vertx = vertx;
        this.options = options;
    }

    /**
     * Opens a socket. May be called from any thread: Vert.x would take the current context, and where there is none, as in a
     * task of Netty's event loop, make one on any event loop.
     *
     * @param context of an event loop, on which the socket lives and the future completes
     * @param serverName which the certificate may be for, with TLS; {@code null} if that is only the host of {@code address}
     * @throws IllegalStateException if this was closed
     */
    public Future<NetSocket> connect(Context context, SocketAddress address, String serverName) {
        return client().connect((ContextInternal) context, address, serverName);
    }

    /** Closes all sockets; no new ones can be opened. May be called again. */
    public Future<Void> close() {
        return lifetime.close();
    }

    private synchronized NetClientImpl client() {
        if (client == null) {
            VertxMetrics metrics = VertxAccess.metrics(vertx);
            NetClientBuilder builder = new NetClientBuilder((VertxInternal) vertx, options);
            builder.metrics(metrics == null ? null : metrics.createNetClientMetrics(options));
            builder.closeFuture(lifetime);
            client = (NetClientImpl) builder.build();
        }
        return client;
    }
}
