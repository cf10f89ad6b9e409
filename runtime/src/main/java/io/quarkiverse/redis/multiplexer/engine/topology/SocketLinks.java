package io.quarkiverse.redis.multiplexer.engine.topology;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
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

/** {@link Links} over sockets. */
final class SocketLinks implements Links {

    /** Until another server is asked instead. */
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(1);
    private static final Duration LONGEST_ANSWER = Duration.ofMillis(500);

    private final Vertx vertx;
    private final Context context;
    private final EventLoop loop;
    private final ClientSettings settings;
    private final Set<SocketLink> all = new HashSet<>();
    /** Completes when nothing is left after the end; empty before. */
    private Optional<Promise<Void>> end = Optional.empty();

    /**
     * @param context of an event loop, on which links live
     * @param settings with the login options of the servers
     */
    SocketLinks(Vertx vertx, Context context, ClientSettings settings) {
        MultiplexerOptions options = new MultiplexerOptions(settings.multiplexer());
        options.setConnectTimeout(earlier(options.getConnectTimeout(), LONGEST_CONNECT))
                .setCommandTimeout(earlier(options.getCommandTimeout(), LONGEST_ANSWER));
        this.vertx = vertx;
        this.context = context;
        this.loop = VertxAccess.eventLoop(context);
        this.settings = new ClientSettings(settings.name(), settings.redis(), options);
    }

    private static Duration earlier(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public Future<Link> open(NodeAddress address, LinkListener listener) {
        if (end.isPresent()) {
            return Future.failedFuture(new ConnectException("No more servers are asked"));
        }
        Telemetry telemetry = new Telemetry(vertx, address, settings);
        SocketLink link = new SocketLink(address, listener, new NodeConnector(vertx, address, settings, telemetry), telemetry);
        all.add(link);
        return link.connector.connect(context, ConnectionRole.PLAIN, link, () -> {
        }).<Link> map(link::connected).onFailure(cause -> link.release());
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
        private final LinkListener listener;
        private final NodeConnector connector;
        private final Telemetry telemetry;
        private NodeConnection connection;
        private boolean closed;

        SocketLink(NodeAddress address, LinkListener listener, NodeConnector connector, Telemetry telemetry) {
            this.address = address;
            this.listener = listener;
            this.connector = connector;
            this.telemetry = telemetry;
        }

        Link connected(NodeConnection made) {
            connection = made;
            return this;
        }

        /** Ends it, or the attempt to make it. */
        void end() {
            if (connection != null) {
                close();
            } else {
                connector.close();
            }
        }

        void release() {
            connector.close().onComplete(done -> {
                telemetry.close();
                all.remove(this);
                completeIfNothingIsLeft();
            });
        }

        @Override
        public Future<Response> ask(Request request) {
            Promise<Response> answer = Promise.promise();
            LoopTimer deadline = new LoopTimer(loop);
            long millis = settings.multiplexer().getCommandTimeout().toMillis();
            deadline.plan(() -> answer.tryFail(new SocketTimeoutException(
                    address + " has not answered " + request.command() + " within " + millis + " ms")), millis);
            connection.send(request).onComplete(result -> {
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
        public void listen(String channel) {
            if (connection.isResp3() && connection.isOpen()) {
                connection.sendUnanswered(Request.cmd(Command.SUBSCRIBE).arg(channel));
            }
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
            if (message.size() > 0 && "subscribe".equals(message.get(0).toString())) {
                from.answerRecognized();
            } else if (!closed) {
                listener.onMessage(message);
            }
        }

        @Override
        public void onClosed(NodeConnection ended, CommandQueue inFlight, Throwable cause) {
            release();
            inFlight.failAll(cause);
            if (!closed) {
                closed = true;
                listener.onLost(cause);
            }
        }
    }
}
