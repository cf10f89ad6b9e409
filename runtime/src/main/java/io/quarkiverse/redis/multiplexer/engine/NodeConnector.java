package io.quarkiverse.redis.multiplexer.engine;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.engine.vertx.KeepAlive;
import io.quarkiverse.redis.multiplexer.engine.vertx.SocketFactory;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/**
 * Makes connections to one node: socket, TLS and handshake within one timeout. An attempt that fails leaves no socket
 * behind, whatever it failed of.
 * <p>
 * Sockets come from Vert.x' {@link NetClient}, so that TLS, proxies, Unix sockets and all TCP options work as they do for
 * the stock client. The client is made when the first connection is: constructing a connector acquires nothing.
 */
final class NodeConnector {

    private final NodeAddress address;
    private final NetClientOptions socketOptions;
    private final SocketFactory sockets;
    private final int maxNesting;
    private final Failures failures;
    private final Duration questionTimeout;
    private final Duration timeout;
    private final Handshake handshake;
    private final Telemetry telemetry;

    NodeConnector(Vertx vertx, NodeAddress address, ClientSettings settings, Telemetry telemetry) {
        RedisOptions options = settings.redis();
        this.address = address;
        // Lanes try again by themselves, and know when not to.
        this.socketOptions = new NetClientOptions(options.getNetClientOptions()).setReconnectAttempts(0);
        KeepAlive.complete(socketOptions);
        this.sockets = new SocketFactory(vertx, socketOptions);
        this.maxNesting = options.getMaxNestedArrays();
        this.failures = new Failures(settings.name(), address, settings.multiplexer());
        this.questionTimeout = settings.multiplexer().getCommandTimeout();
        this.timeout = settings.multiplexer().getConnectTimeout();
        this.handshake = new Handshake(address, options, settings.multiplexer().getCredentialsProvider());
        this.telemetry = telemetry;
    }

    /**
     * Connects. May be called from any thread.
     *
     * @param context an event loop's; the connection lives there, and {@code opened} is called and the future completes there
     * @param owner hears of the connection once the future has completed
     * @param opened called when the socket is open and the handshake starts
     * @return fails with the server's {@link io.vertx.redis.client.impl.types.ErrorType ErrorType} if it does not let us in,
     *         else with whatever went wrong
     */
    Future<NodeConnection> connect(Context context, NodeConnection.Owner owner, Runnable opened) {
        Attempt attempt = new Attempt(context, owner, opened);
        context.runOnContext(start -> attempt.start());
        return attempt.promise.future();
    }

    /** Logs in anew on a connection in use; see {@link Handshake#renewLogin}. */
    Future<Void> renewLogin(NodeConnection connection) {
        return handshake.renewLogin(connection);
    }

    /** Closes all sockets that were made here. */
    Future<Void> close() {
        return sockets.close();
    }

    /** One attempt. All of it runs on the event loop of the context. */
    private final class Attempt implements NodeConnection.Owner {

        private final Context context;
        private final NodeConnection.Owner owner;
        private final Runnable opened;
        private final Promise<NodeConnection> promise;
        private ScheduledFuture<?> timer;
        private NetSocket socket;
        private NodeConnection connection;
        private boolean done;

        Attempt(Context context, NodeConnection.Owner owner, Runnable opened) {
            this.context = context;
            this.owner = owner;
            this.opened = opened;
            this.promise = VertxAccess.promise(context);
        }

        void start() {
            timer = VertxAccess.eventLoop(context).schedule(this::onTimeout, timeout.toMillis(), TimeUnit.MILLISECONDS);
            try {
                if (socketOptions.isSsl() && !address.tls() && address.socket().isInetSocket()) {
                    throw new IllegalArgumentException("TLS is configured, but the connection string starts with redis:"
                            + " (or valkey:) and not with rediss: (or valkeys:)");
                }
                sockets.connect(address.socket()).compose(this::secure).onSuccess(this::onOpened).onFailure(this::fail);
            } catch (RuntimeException e) {
                fail(e);
            }
        }

        private Future<NetSocket> secure(NetSocket plain) {
            socket = plain;
            if (socketOptions.isTcpKeepAlive() && address.socket().isInetSocket()) {
                KeepAlive.apply(socketOptions, plain);
            }
            if (done || !address.tls() || plain.isSsl() || !address.socket().isInetSocket()) {
                return Future.succeededFuture(plain);
            }
            return plain.upgradeToSsl().map(plain);
        }

        private void onOpened(NetSocket ready) {
            if (done) {
                ready.close();
                return;
            }
            connection = new NodeConnection(context, ready, maxNesting, questionTimeout, failures, this);
            opened.run();
            handshake.perform(connection).onComplete(result -> {
                if (result.failed()) {
                    fail(result.cause());
                } else if (finish()) {
                    telemetry.connectedTo(ready.remoteAddress());
                    connection.handOver(owner);
                    promise.complete(connection);
                }
            });
        }

        private void onTimeout() {
            fail(new SocketTimeoutException(
                    (connection == null ? "no connection" : "no answer to the handshake") + " within " + timeout.toMillis()
                            + " ms (quarkus.redis-multiplexer.connect-timeout)"));
        }

        private void fail(Throwable cause) {
            if (finish()) {
                if (connection != null) {
                    connection.close(cause);
                } else if (socket != null) {
                    socket.close();
                }
                promise.fail(cause);
            }
        }

        private boolean finish() {
            if (done) {
                return false;
            }
            done = true;
            timer.cancel(false);
            return true;
        }

        @Override
        public void onMessage(Response message) {
            // Nothing has been subscribed to: not for anybody.
        }

        @Override
        public void onWritable() {
            // The few commands of a handshake wait for nothing.
        }

        @Override
        public void onClosed(CommandQueue inFlight, Throwable cause) {
            fail(cause);
            inFlight.failAll(cause);
        }
    }
}
