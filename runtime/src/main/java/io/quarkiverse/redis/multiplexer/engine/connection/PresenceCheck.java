package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Finds out whether the server still knows a connection on which a command blocks for long, or for ever. Such a connection is
 * silent when all is well, and does not even answer PING; so the server is {@linkplain ClientInfo asked} on another one. A
 * server that has forgotten the connection, or was replaced by one that never knew it, will never answer the command.
 * <p>
 * Only what it has known before can it have forgotten: behind some proxies, each connection is asked about by itself. And twice
 * in a row must it not know the connection, asked again after it has said so: the reply may have been on its way. A server that
 * does not tell, because it is older than Redis 6.2 or we are not allowed to ask, proves nothing; nor does one that does not
 * answer, which is asked again when nobody waits for that answer any more.
 * <p>
 * Used on the event loop of the connection.
 */
public final class PresenceCheck {

    /** The connection that is checked. */
    interface Watched {

        boolean isOpen();

        /** The number that the server gave to the connection; empty if it did not say. */
        Optional<String> serverSideId();

        /** When something was last read, on the clock of {@link System#nanoTime()}. */
        long lastRead();

        /** Since when something has been in flight without a break. */
        long inFlightSince();

        /** Empty if nothing is in flight. */
        Optional<PendingCommand> oldestInFlight();

        boolean anyInFlight(Predicate<PendingCommand> condition);
    }

    private enum Knowledge {
        /** Up to now, the server has not known the connection, or was not asked. */
        NEVER_KNOWN,
        KNOWN,
        /** The server has known the connection, and does not any more, if that was not a matter of the moment. */
        FORGOTTEN
    }

    /** For so many periods an answer is waited for. */
    private static final int PATIENCE = 3;

    private final EventLoop loop;
    private final long periodNanos;
    private final LongSupplier clock;
    private final Function<Request, Future<Response>> elsewhere;
    private final Runnable onForgotten;
    private ScheduledFuture<?> timer;
    private Knowledge knowledge = Knowledge.NEVER_KNOWN;
    /** When the server last said that it had forgotten the connection. */
    private long forgottenSince;
    private boolean asking;
    private long asked;
    /** Tells the current question from those that nobody waits for any more. */
    private int question;

    /**
     * @param clock {@link System#nanoTime()}
     * @param elsewhere sends a request on another connection to the same server; the answer may come on any thread
     * @param onForgotten the server does not know the connection any more
     */
    public PresenceCheck(EventLoop loop, long periodNanos, LongSupplier clock, Function<Request, Future<Response>> elsewhere,
            Runnable onForgotten) {
        this.loop = loop;
        this.periodNanos = periodNanos;
        this.clock = clock;
        this.elsewhere = elsewhere;
        this.onForgotten = onForgotten;
    }

    /** Watches over the connection for as long as a command is in flight that has much time. */
    public void watch(Watched connection) {
        if (timer == null && connection.serverSideId().isPresent() && connection.anyInFlight(this::hasMuchTime)) {
            timer = loop.schedule(() -> check(connection), periodNanos, TimeUnit.NANOSECONDS);
        }
    }

    public void cancel() {
        endQuestion();
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private boolean hasMuchTime(PendingCommand command) {
        return command.isEndless() || command.deadline() - clock.getAsLong() > 2 * periodNanos;
    }

    private void check(Watched connection) {
        timer = null;
        Optional<PendingCommand> blocked = connection.oldestInFlight();
        long now = clock.getAsLong();
        if (asking && now - asked >= PATIENCE * periodNanos) {
            endQuestion();
        }
        if (blocked.isEmpty() || now - Math.max(connection.lastRead(), connection.inFlightSince()) < periodNanos) {
            endQuestion();
            forgive();
        } else if (!asking) {
            ask(connection, blocked.get(), now);
        }
        watch(connection);
    }

    private void ask(Watched connection, PendingCommand blocked, long now) {
        asking = true;
        asked = now;
        int thisQuestion = question;
        String id = connection.serverSideId().orElseThrow();
        Future.succeededFuture().compose(start -> elsewhere.apply(ClientInfo.request(id))).onComplete(result -> onLoop(() -> {
            if (thisQuestion != question) {
                return;
            }
            endQuestion();
            if (result.succeeded() && connection.isOpen()
                    && connection.oldestInFlight().filter(oldest -> oldest == blocked).isPresent()) {
                onAnswer(connection, blocked, ClientInfo.of(result.result(), id));
            }
        }));
    }

    private void endQuestion() {
        asking = false;
        question++;
    }

    private void onAnswer(Watched connection, PendingCommand blocked, ClientInfo info) {
        if (info.presence() == ClientInfo.Presence.UNTOLD || info.isKnown() && info.command().isEmpty()) {
            return;
        }
        // Numbers of connections are small, and another server may have given the same one to somebody else.
        if (info.isKnown() && blocked.hasRequest(info.command())) {
            knowledge = Knowledge.KNOWN;
        } else if (knowledge == Knowledge.KNOWN
                || knowledge == Knowledge.FORGOTTEN && connection.lastRead() - forgottenSince > 0) {
            knowledge = Knowledge.FORGOTTEN;
            forgottenSince = asked;
        } else if (knowledge == Knowledge.FORGOTTEN) {
            cancel();
            onForgotten.run();
        }
    }

    private void forgive() {
        if (knowledge == Knowledge.FORGOTTEN) {
            knowledge = Knowledge.KNOWN;
        }
    }

    private void onLoop(Runnable action) {
        if (loop.inEventLoop()) {
            action.run();
            return;
        }
        try {
            loop.execute(action);
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and the connection with it.
            return;
        }
    }
}
