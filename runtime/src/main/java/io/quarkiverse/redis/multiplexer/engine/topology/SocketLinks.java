package io.quarkiverse.redis.multiplexer.engine.topology;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionOwner;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnector;
import io.quarkiverse.redis.multiplexer.engine.connection.TrafficListener;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * {@link Links} over sockets. Nobody waits for long for a connection, or an answer, as another server may be asked instead. But
 * who is far away is only slow: an attempt to connect goes on when nobody waits for it, and whoever wants such a link when it
 * has succeeded gets it.
 */
final class SocketLinks implements Links {

    private static final long LONGEST_CONNECT_MILLIS = 1_000;
    private static final long LONGEST_ANSWER_MILLIS = 500;
    /** For an answer, if that is longer. */
    private static final int ROUND_TRIPS = 4;

    private final Vertx vertx;
    private final Context context;
    private final EventLoop loop;
    private final ClientSettings settings;
    private final long connectMillis;
    private final long commandMillis;
    private final Set<SocketLink> all = new HashSet<>();
    /** Those that nobody has got, as they are made slowly. */
    private final Map<NodeAddress, SocketLink> slow = new HashMap<>();
    /** Completes when nothing is left after the end; empty before. */
    private Optional<Promise<Void>> end = Optional.empty();

    /**
     * @param context of an event loop, on which links live
     * @param settings with the login options of the servers
     */
    SocketLinks(Vertx vertx, Context context, ClientSettings settings) {
        this.vertx = vertx;
        this.context = context;
        this.loop = VertxAccess.eventLoop(context);
        this.settings = settings;
        this.connectMillis = settings.multiplexer().getConnectTimeout().toMillis();
        this.commandMillis = settings.multiplexer().getCommandTimeout().toMillis();
    }

    @Override
    public Future<Link> open(NodeAddress address, LinkListener listener) {
        if (end.isPresent()) {
            return Future.failedFuture(new ConnectException("No more servers are asked"));
        }
        Optional<SocketLink> made = Optional.ofNullable(slow.get(address)).filter(SocketLink::isMade);
        return made.isPresent() ? Future.succeededFuture(made.get().use(listener)) : make(address).open(listener);
    }

    private SocketLink make(NodeAddress address) {
        Telemetry telemetry = new Telemetry(vertx, address, settings);
        SocketLink link = new SocketLink(address, new NodeConnector(vertx, address, settings, telemetry), telemetry);
        all.add(link);
        return link;
    }

    @Override
    public Future<Void> close() {
        if (end.isEmpty()) {
            end = Optional.of(Promise.promise());
            List.copyOf(all).forEach(SocketLink::end);
            completeIfNothingIsLeft();
        }
        return end.get().future();
    }

    private void completeIfNothingIsLeft() {
        end.filter(promise -> all.isEmpty()).ifPresent(Promise::tryComplete);
    }

    private final class SocketLink implements Link, ConnectionOwner, TrafficListener {

        private final NodeAddress address;
        private final NodeConnector connector;
        private final Telemetry telemetry;
        /** Planned while nobody has it. */
        private final LoopTimer unused = new LoopTimer(loop);
        /** Channels of which the server has not said whether it lets us listen to them. */
        private final Queue<Promise<Void>> unconfirmed = new ArrayDeque<>();
        private LinkListener listener = LinkListener.NOBODY;
        private NodeConnection connection;
        private long answerMillis = LONGEST_ANSWER_MILLIS;
        /** What has been said of the latest channel. */
        private Future<Void> confirmed = Future.succeededFuture();
        private boolean closed;

        SocketLink(NodeAddress address, NodeConnector connector, Telemetry telemetry) {
            this.address = address;
            this.connector = connector;
            this.telemetry = telemetry;
        }

        Future<Link> open(LinkListener opener) {
            listener = opener;
            Promise<Link> opened = Promise.promise();
            LoopTimer patience = new LoopTimer(loop);
            if (connectMillis > LONGEST_CONNECT_MILLIS) {
                patience.plan(() -> {
                    goOnUnused();
                    opened.fail(new SocketTimeoutException("no connection within " + LONGEST_CONNECT_MILLIS
                            + " ms; it is waited for in the background (quarkus.redis-multiplexer.connect-timeout)"));
                }, LONGEST_CONNECT_MILLIS);
            }
            Guard.future(() -> connector.connect(context, ConnectionRole.PLAIN, this, () -> {
            })).onComplete(result -> {
                patience.cancel();
                if (result.succeeded()) {
                    onConnected(result.result());
                    opened.tryComplete(this);
                } else {
                    release();
                    opened.tryFail(result.cause());
                }
            });
            return opened.future();
        }

        private void onConnected(NodeConnection newConnection) {
            connection = newConnection;
            long roundTrips = ROUND_TRIPS * TimeUnit.NANOSECONDS.toMillis(connection.takeRoundTrip());
            answerMillis = Math.min(commandMillis, Math.max(LONGEST_ANSWER_MILLIS, roundTrips));
        }

        /** One to an address is enough. */
        private void goOnUnused() {
            listener = LinkListener.NOBODY;
            if (slow.putIfAbsent(address, this) == null) {
                unused.plan(this::end, connectMillis);
            } else {
                end();
            }
        }

        boolean isMade() {
            return connection != null && connection.isOpen();
        }

        Link use(LinkListener user) {
            leaveSlow();
            listener = user;
            return this;
        }

        private void leaveSlow() {
            unused.cancel();
            slow.remove(address, this);
        }

        /** Ends it, or the attempt to make it. */
        void end() {
            if (connection != null) {
                close();
            } else {
                connector.close();
            }
        }

        private void release() {
            leaveSlow();
            // It completes on whatever thread has closed the last socket.
            connector.close().onComplete(done -> Guard.later(loop, this::forget));
        }

        private void forget() {
            telemetry.close();
            all.remove(this);
            completeIfNothingIsLeft();
        }

        /** The error of a channel that may not be listened to would be taken for the answer to a question behind it. */
        @Override
        public Future<Response> ask(Request request) {
            Promise<Response> answer = Promise.promise();
            LoopTimer deadline = new LoopTimer(loop);
            deadline.plan(() -> answer.tryFail(new SocketTimeoutException(
                    address + " has not answered " + request.command() + " within " + answerMillis + " ms")), answerMillis);
            confirmed.otherwiseEmpty().compose(said -> connection.send(request)).onComplete(result -> {
                deadline.cancel();
                if (result.succeeded()) {
                    answer.tryComplete(result.result());
                } else {
                    answer.tryFail(result.cause());
                }
            });
            return answer.future();
        }

        /** With RESP2, nothing could be asked any more. */
        @Override
        public Future<Void> listen(String channel) {
            if (!connection.isResp3() || !connection.isOpen()) {
                return Future.succeededFuture();
            }
            connection.sendUnanswered(Request.cmd(Command.SUBSCRIBE).arg(channel));
            Promise<Void> said = Promise.promise();
            unconfirmed.add(said);
            confirmed = said.future();
            return confirmed;
        }

        @Override
        public NodeRole role() {
            return connector.server().role();
        }

        @Override
        public void close() {
            closed = true;
            connection.close(new ConnectException("Nothing more is asked on this connection"));
        }

        @Override
        public TrafficListener traffic() {
            return this;
        }

        @Override
        public boolean takesUnselected() {
            return true;
        }

        @Override
        public void onMessage(NodeConnection from, Response message) {
            if (message instanceof ErrorType error) {
                nextConfirmation(from).ifPresent(said -> said.fail(error));
            } else if (message.size() > 0 && "subscribe".equals(message.get(0).toString())) {
                nextConfirmation(from).ifPresent(Promise::complete);
            } else if (!closed) {
                listener.onMessage(message);
            }
        }

        private Optional<Promise<Void>> nextConfirmation(NodeConnection from) {
            Optional<Promise<Void>> next = Optional.ofNullable(unconfirmed.poll());
            next.ifPresent(said -> from.answerRecognized());
            return next;
        }

        @Override
        public void onClosed(NodeConnection ended, CommandQueue inFlight, Throwable cause) {
            release();
            inFlight.failAll(cause);
            List.copyOf(unconfirmed).forEach(said -> said.fail(cause));
            if (!closed) {
                closed = true;
                listener.onLost(cause);
            }
        }
    }
}
