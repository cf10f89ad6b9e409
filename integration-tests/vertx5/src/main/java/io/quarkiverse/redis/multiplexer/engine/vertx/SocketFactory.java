package io.quarkiverse.redis.multiplexer.engine.vertx;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetClientInternal;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;

/**
 * A {@link NetClient} that is made when it is first needed, and belongs to its owner alone: Vert.x would tie one that is
 * made on a verticle's context to the undeployment of that verticle. Thread-safe.
 */
public final class SocketFactory {

    private final Vertx vertx;
    private final NetClientOptions options;
    private NetClientInternal client;
    private boolean closed;

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
        ConnectOptions connect = new ConnectOptions().setRemoteAddress(address).setSsl(options.isSsl())
                .setSniServerName(serverName);
        if (address.isInetSocket()) {
            connect.setHost(address.host()).setPort(address.port());
        }
        Promise<NetSocket> promise = VertxAccess.promise(context);
        client().connectInternal(connect, promise, (ContextInternal) context);
        return promise.future();
    }

    /** Closes all sockets; no new ones can be opened. May be called again. */
    public synchronized Future<Void> close() {
        closed = true;
        return client == null ? Future.succeededFuture() : client.close();
    }

    private synchronized NetClientInternal client() {
        if (closed) {
            throw new IllegalStateException("Client is closed");
        }
        if (client == null) {
            ContextInternal nobodys = (ContextInternal) VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
            ContextInternal current = nobodys.beginDispatch();
            try {
                client = (NetClientInternal) vertx.createNetClient(options);
            } finally {
                nobodys.endDispatch(current);
            }
        }
        return client;
    }
}
