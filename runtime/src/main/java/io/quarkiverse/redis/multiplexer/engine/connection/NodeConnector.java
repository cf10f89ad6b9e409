package io.quarkiverse.redis.multiplexer.engine.connection;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
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
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Makes connections to one node: socket, TLS and handshake within one timeout. An attempt that fails leaves no socket
 * behind, whatever it failed of.
 * <p>
 * Sockets come from Vert.x' {@link NetClient}, so that TLS, proxies, Unix sockets and all TCP options work as they do for
 * the stock client. The client is made when the first connection is: constructing a connector acquires nothing.
 */
public final class NodeConnector implements Connector {

    /** Of a connection that nobody uses. */
    private static final ConnectionOwner NOBODY = new ConnectionOwner() {
        @Override
        public TrafficListener traffic() {
            return TrafficListener.NOBODY;
        }

        @Override
        public void onClosed(NodeConnection connection, CommandQueue inFlight, Throwable cause) {
            inFlight.failAll(cause);
        }
    };

    /** What has come of HELLO. */
    private enum HelloAnswer {
        NONE,
        REFUSAL,
        /** That of something else, as it seems. */
        STRANGE,
        IDENTITY
    }

    private final NodeAddress address;
    private final NetClientOptions socketOptions;
    private final SocketFactory sockets;
    private final int maxNesting;
    private final Failures failures;
    private final Duration questionTimeout;
    private final Duration timeout;
    private final Handshake handshake;
    private final Greetings greetings;
    private final RenewalLog renewals;
    private final Telemetry telemetry;
    private volatile ServerIdentity server = ServerIdentity.UNKNOWN;

    public NodeConnector(Vertx vertx, NodeAddress address, ClientSettings settings, Telemetry telemetry) {
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
        this.greetings = new Greetings(failures.subject(), options.isProtocolNegotiation());
        this.renewals = new RenewalLog(failures.subject());
        this.telemetry = telemetry;
    }

    @Override
    public Future<NodeConnection> connect(Context context, ConnectionRole role, ConnectionOwner owner, Runnable opened) {
        return connect(context, role, owner, opened, () -> handshake.login(context));
    }

    private Future<NodeConnection> connect(Context context, ConnectionRole role, ConnectionOwner owner, Runnable opened,
            Supplier<Future<RedisCredentials>> login) {
        Promise<NodeConnection> promise = VertxAccess.promise(context);
        long now = System.nanoTime();
        Attempt attempt = new Attempt(context, greetings.first(now), role, owner, opened, login, now + timeout.toNanos(),
                promise);
        context.runOnContext(start -> attempt.start());
        return promise.future();
    }

    @Override
    public Future<RedisCredentials> login(Context context) {
        return handshake.login(context);
    }

    @Override
    public Future<Void> tryOut(RedisCredentials login, Context context) {
        return connect(context, ConnectionRole.PLAIN, NOBODY, () -> {
        }, () -> Future.succeededFuture(login)).map(connection -> {
            connection.close(new ConnectException("The login has been tried out"));
            return null;
        });
    }

    @Override
    public Future<Void> renewLogin(NodeConnection connection, RedisCredentials login) {
        return handshake.renewLogin(connection, login);
    }

    @Override
    public RenewalLog renewals() {
        return renewals;
    }

    @Override
    public ServerIdentity server() {
        return server;
    }

    @Override
    public Future<Void> close() {
        return sockets.close();
    }

    /** One attempt. All of it runs on the event loop of the context. */
    private final class Attempt implements ConnectionOwner, TrafficListener, Handshake.Observer {

        private final Context context;
        private final Greeting greeting;
        private final ConnectionRole role;
        private final ConnectionOwner owner;
        private final Runnable opened;
        private final Supplier<Future<RedisCredentials>> login;
        private final long deadline;
        private final Promise<NodeConnection> promise;
        private Optional<ScheduledFuture<?>> timer = Optional.empty();
        private NetSocket socket;
        private NodeConnection connection;
        private HelloAnswer helloAnswer = HelloAnswer.NONE;
        private ServerIdentity identity = ServerIdentity.UNKNOWN;
        private boolean done;

        Attempt(Context context, Greeting greeting, ConnectionRole role, ConnectionOwner owner, Runnable opened,
                Supplier<Future<RedisCredentials>> login, long deadline, Promise<NodeConnection> promise) {
            this.context = context;
            this.greeting = greeting;
            this.role = role;
            this.owner = owner;
            this.opened = opened;
            this.login = login;
            this.deadline = deadline;
            this.promise = promise;
        }

        void start() {
            try {
                timer = Optional.of(VertxAccess.eventLoop(context).schedule(this::onTimeout, deadline - System.nanoTime(),
                        TimeUnit.NANOSECONDS));
                if (socketOptions.isSsl() && !address.tls() && address.socket().isInetSocket()) {
                    throw new IllegalArgumentException("TLS is configured, but the connection string starts with redis:"
                            + " (or valkey:) and not with rediss: (or valkeys:)");
                }
                sockets.connect(context, address.socket(), address.serverName()).compose(this::secure)
                        .onSuccess(this::onOpened).onFailure(this::fail);
            } catch (Throwable e) {
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
            return plain.upgradeToSsl(address.serverName()).map(plain);
        }

        private void onOpened(NetSocket ready) {
            if (done) {
                ready.close();
                return;
            }
            try {
                if (!VertxAccess.livesOn(context, ready)) {
                    throw new IllegalStateException("The socket lives on another event loop than its connection");
                }
                connection = new NodeConnection(context, ready, maxNesting, questionTimeout, failures, this);
                opened.run();
                handshake.perform(connection, role, greeting, login.get(), this)
                        .onSuccess(greeted -> onGreeted(ready)).onFailure(this::fail);
            } catch (Throwable e) {
                fail(e);
            }
        }

        @Override
        public void onRefusedHello() {
            helloAnswer = HelloAnswer.REFUSAL;
        }

        @Override
        public void onIdentity(ServerIdentity told) {
            helloAnswer = HelloAnswer.IDENTITY;
            identity = told;
        }

        @Override
        public void onStrangeAnswer() {
            helloAnswer = HelloAnswer.STRANGE;
        }

        @Override
        public boolean takesUnselected() {
            return owner.takesUnselected();
        }

        private void onGreeted(NetSocket ready) {
            if (finish()) {
                try {
                    greetings.succeeded(greeting);
                    server = identity;
                    telemetry.connectedTo(ready.remoteAddress());
                    connection.handOver(owner);
                } catch (Throwable e) {
                    abandon(e);
                    return;
                }
                promise.complete(connection);
            }
        }

        private void onTimeout() {
            boolean atHello = helloAnswer == HelloAnswer.STRANGE
                    || connection != null && connection.oldestInFlight().filter(Attempt::isHello).isPresent();
            String missing = atHello ? "no answer to HELLO"
                    : connection == null ? "no connection" : "no answer to the handshake";
            String hint = atHello ? "; quarkus.redis.protocol-negotiation=false is for servers that do not know HELLO" : "";
            fail(new SocketTimeoutException(missing + " within " + timeout.toMillis()
                    + " ms (quarkus.redis-multiplexer.connect-timeout)" + hint));
        }

        private void fail(Throwable cause) {
            if (finish()) {
                try {
                    close(cause);
                } finally {
                    promise.fail(Handshake.meaning(cause));
                }
            }
        }

        private void close(Throwable cause) {
            if (connection != null) {
                connection.close(cause);
            } else if (socket != null) {
                socket.close();
            }
        }

        /** The owner could not take the connection, for want of memory: it is not told of its end. */
        private void abandon(Throwable cause) {
            try {
                connection.abandon(cause).failAll(cause);
            } finally {
                promise.fail(Handshake.meaning(cause));
            }
        }

        private boolean finish() {
            if (done) {
                return false;
            }
            done = true;
            timer.ifPresent(planned -> planned.cancel(false));
            return true;
        }

        @Override
        public TrafficListener traffic() {
            return this;
        }

        /**
         * There is nothing subscribed to. An error that comes unasked is why the server won't have us, before we said a word.
         */
        @Override
        public void onMessage(NodeConnection from, Response message) {
            if (message instanceof ErrorType error) {
                fail(error);
            }
        }

        @Override
        public void onClosed(NodeConnection closed, CommandQueue inFlight, Throwable cause) {
            Optional<PendingCommand> unanswered = Optional.ofNullable(inFlight.peekFirst());
            Optional<Greeting> next = connection.isEndedByPeer() && unanswered.filter(this::isAboutHello).isPresent()
                    ? greetings.afterEndAtHello(greeting, System.nanoTime())
                    : Optional.empty();
            Optional<Attempt> again = next
                    .map(other -> new Attempt(context, other, role, owner, opened, login, deadline, promise));
            if (again.isPresent() && finish()) {
                again.get().start();
            } else if (unanswered.isPresent() && connection.isEndedByPeer()) {
                fail(new ConnectException(cause.getMessage() + " in answer to " + unanswered.get().name()));
            } else {
                fail(cause);
            }
            inFlight.failAll(cause);
        }

        private static boolean isHello(PendingCommand unanswered) {
            return unanswered.name().equalsIgnoreCase("hello");
        }

        private boolean isAboutHello(PendingCommand unanswered) {
            return isHello(unanswered) || helloAnswer == HelloAnswer.REFUSAL;
        }
    }
}
