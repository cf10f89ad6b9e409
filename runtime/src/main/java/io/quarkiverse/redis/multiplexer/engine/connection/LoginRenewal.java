package io.quarkiverse.redis.multiplexer.engine.connection;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.engine.settings.Backoff;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;

/**
 * Logs in anew before the credentials of a long-lived connection expire: a tenth of their lifetime before, but a minute at
 * most. If that fails, the old login still holds for a while, and it is tried again, with growing delays, for as long as
 * there is the connection.
 * <p>
 * AUTH is {@linkplain ExclusiveExchange alone} on the connection, because its error might be left out otherwise. That cannot
 * be had where messages come: there the login is tried out on another connection first, so that it won't be refused. If AUTH is
 * not answered all the same, the connection is closed, and made anew by its owner; nothing else is in flight on it then.
 * <p>
 * Used on the event loop of the connection.
 */
final class LoginRenewal {

    private static final Duration LONGEST_MARGIN = Duration.ofMinutes(1);
    private static final Duration SHORTEST_DELAY = Duration.ofMillis(100);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofMinutes(1));

    private final Context context;
    private final EventLoop loop;
    private final Connector connector;
    private final boolean messages;
    private final Duration timeout;
    private NodeConnection watched;
    private int failuresInARow;
    /** The next renewal; during one, the end of the time for credentials. */
    private ScheduledFuture<?> timer;

    /**
     * @param messages whether messages come on the connections
     * @param timeout how long to wait for credentials
     */
    LoginRenewal(Context context, Connector connector, boolean messages, Duration timeout) {
        this.context = context;
        this.loop = VertxAccess.eventLoop(context);
        this.connector = connector;
        this.messages = messages;
        this.timeout = timeout;
    }

    /** Watches over the login of a new connection, instead of that of the one before. */
    void watch(NodeConnection connection) {
        cancel();
        connection.loginExpiry().ifPresent(expiry -> {
            watched = connection;
            schedule(timeToRenewal(expiry));
        });
    }

    void cancel() {
        if (watched != null) {
            connector.renewals().forget(watched);
            watched = null;
        }
        failuresInARow = 0;
        cancelTimer();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private static Duration timeToRenewal(Instant expiry) {
        Duration lifetime = Duration.between(Instant.now(), expiry);
        Duration margin = lifetime.dividedBy(10);
        return lifetime.minus(margin.compareTo(LONGEST_MARGIN) < 0 ? margin : LONGEST_MARGIN);
    }

    private void schedule(Duration delay) {
        NodeConnection connection = watched;
        long millis = Math.max(delay.toMillis(), SHORTEST_DELAY.toMillis());
        timer = loop.schedule(() -> renew(connection), millis, TimeUnit.MILLISECONDS);
    }

    /** One attempt; its timer tells whether it still counts. */
    private void renew(NodeConnection connection) {
        Instant before = connection.loginExpiry().orElseThrow();
        ScheduledFuture<?> attempt = loop.schedule(() -> onFailure(connection, new TimeoutException(
                "no credentials within " + timeout.toMillis() + " ms (quarkus.redis-multiplexer.connect-timeout)")),
                timeout.toMillis(), TimeUnit.MILLISECONDS);
        timer = attempt;
        connector.login(context).onComplete(login -> {
            if (timer != attempt) {
                return;
            }
            cancelTimer();
            Future<Void> renewed = login.failed() ? Future.failedFuture(login.cause()) : logIn(connection, login.result());
            renewed.onComplete(result -> {
                if (watched != connection) {
                    return;
                }
                if (result.succeeded()) {
                    onSuccess(connection, before);
                } else {
                    onFailure(connection, result.cause());
                }
            });
        });
    }

    private Future<Void> logIn(NodeConnection connection, RedisCredentials login) {
        Future<Void> accepted = messages ? connector.tryOut(login, context) : Future.succeededFuture();
        return accepted.compose(done -> connector.renewLogin(connection, login));
    }

    private void onSuccess(NodeConnection connection, Instant before) {
        Optional<Instant> expiry = connection.loginExpiry();
        if (expiry.filter(until -> !until.isAfter(before)).isPresent()) {
            onFailure(connection, new IllegalStateException("the new credentials expire no later than the old ones"));
            return;
        }
        failuresInARow = 0;
        connector.renewals().succeeded(connection);
        expiry.ifPresent(until -> schedule(timeToRenewal(until)));
    }

    private void onFailure(NodeConnection connection, Throwable cause) {
        if (cause instanceof CommandFailure failure && failure.sent()) {
            // AUTH has not been answered. Whatever comes next could be its answer.
            connection.close(new SocketTimeoutException("AUTH has not been answered"));
            return;
        }
        connector.renewals().failed(connection, connection.loginExpiry().orElseThrow(), cause);
        schedule(Duration.ofMillis(BACKOFF.delayMillis(++failuresInARow)));
    }
}
