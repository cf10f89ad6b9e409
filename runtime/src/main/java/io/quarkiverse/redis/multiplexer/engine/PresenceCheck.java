package io.quarkiverse.redis.multiplexer.engine;

import java.util.Locale;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Finds out whether the server still knows a connection on which a command blocks for long, or for ever. Such a connection is
 * silent when all is well, and does not even answer PING; so the server is {@linkplain ClientInfo asked} on another one. A
 * server that has forgotten the connection, or was replaced by one that never knew it, will never answer the command.
 * <p>
 * Only what it has known before can it have forgotten: behind some proxies, each connection is asked about by itself. And twice
 * in a row must it not know the connection: the reply may have been on its way. A server that does not tell, because it is
 * older than Redis 6.2 or we are not allowed to ask, proves nothing.
 * <p>
 * Used on the event loop of the connection.
 */
final class PresenceCheck {

    private final EventLoop loop;
    private final long periodNanos;
    private final Function<Request, Future<Response>> elsewhere;
    private final Consumer<NodeConnection> onUnknown;
    private ScheduledFuture<?> timer;
    private boolean wasKnown;
    /** When the server last did not know the connection, on the clock of {@link System#nanoTime()}; 0 if it does. */
    private long unknownSince;

    /**
     * @param elsewhere sends a request on another connection to the same server
     * @param onUnknown the server does not know the connection
     */
    PresenceCheck(EventLoop loop, long periodNanos, Function<Request, Future<Response>> elsewhere,
            Consumer<NodeConnection> onUnknown) {
        this.loop = loop;
        this.periodNanos = periodNanos;
        this.elsewhere = elsewhere;
        this.onUnknown = onUnknown;
    }

    /** Watches over the connection for as long as a command is in flight that has much time. */
    void watch(NodeConnection connection) {
        if (timer == null && connection.serverSideId() != null && hasMuchTime(connection.oldestInFlight())) {
            timer = loop.schedule(() -> check(connection), periodNanos, TimeUnit.NANOSECONDS);
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private boolean hasMuchTime(PendingCommand command) {
        return command != null && (command.deadline == PendingCommand.NO_DEADLINE
                || command.deadline - System.nanoTime() > 2 * periodNanos);
    }

    private void check(NodeConnection connection) {
        timer = null;
        PendingCommand blocked = connection.oldestInFlight();
        long now = System.nanoTime();
        if (blocked != null && now - Math.max(connection.lastRead(), connection.inFlightSince()) >= periodNanos) {
            elsewhere.apply(ClientInfo.request(connection.serverSideId())).onComplete(result -> {
                if (result.succeeded() && connection.isOpen() && connection.oldestInFlight() == blocked) {
                    onAnswer(connection, isOf(blocked, ClientInfo.of(result.result())), now);
                }
            });
        } else {
            unknownSince = 0;
        }
        watch(connection);
    }

    private void onAnswer(NodeConnection connection, boolean known, long asked) {
        if (known || !wasKnown) {
            wasKnown = known;
            unknownSince = 0;
        } else if (unknownSince == 0 || connection.lastRead() - unknownSince > 0) {
            unknownSince = asked;
        } else {
            cancel();
            onUnknown.accept(connection);
        }
    }

    /** Numbers of connections are small, and another server may have given the same one to somebody else. */
    private static boolean isOf(PendingCommand blocked, ClientInfo info) {
        return info.isKnown() && (!(blocked instanceof SingleCommand)
                || info.command().equals(blocked.name().toLowerCase(Locale.ROOT)));
    }
}
