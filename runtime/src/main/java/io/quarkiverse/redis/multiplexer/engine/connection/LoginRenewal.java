package io.quarkiverse.redis.multiplexer.engine.connection;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
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
    private final Connector connector;
    private final boolean messages;
    private final Duration timeout;
    /** For the next renewal; during one, for the end of the time for credentials. */
    private final LoopTimer timer;
    private Optional<NodeConnection> watched = Optional.empty();
    private int failuresInARow;
    /** Tells the current attempt from those that do not count any more. */
    private int attempt;

    /**
     * @param messages whether messages come on the connections
     * @param timeout how long to wait for credentials
     */
    LoginRenewal(Context context, Connector connector, boolean messages, Duration timeout) {
        this.context = context;
        this.connector = connector;
        this.messages = messages;
        this.timeout = timeout;
        this.timer = new LoopTimer(VertxAccess.eventLoop(context));
    }

    /** Watches over the login of a new connection, instead of that of the one before. */
    void watch(NodeConnection connection) {
        cancel();
        connection.loginExpiry().ifPresent(expiry -> {
            watched = Optional.of(connection);
            schedule(connection, timeToRenewal(expiry));
        });
    }

    void cancel() {
        watched.ifPresent(connection -> connector.renewals().forget(connection));
        watched = Optional.empty();
        failuresInARow = 0;
        attempt++;
        timer.cancel();
    }

    private static Duration timeToRenewal(Instant expiry) {
        Duration lifetime = Duration.between(Instant.now(), expiry);
        return lifetime.minus(shorter(lifetime.dividedBy(10), LONGEST_MARGIN));
    }

    /** Instants may be as far away as {@link Instant#MAX}, which is more milliseconds than there are numbers for. */
    private void schedule(NodeConnection connection, Duration delay) {
        long millis = delay.compareTo(SHORTEST_DELAY) < 0 ? SHORTEST_DELAY.toMillis()
                : shorter(delay, MultiplexerOptions.LONGEST_TIMEOUT).toMillis();
        timer.plan(() -> renew(connection), millis);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void renew(NodeConnection connection) {
        Instant before = connection.loginExpiry().orElseThrow();
        int thisAttempt = ++attempt;
        timer.plan(() -> onFailure(connection, new TimeoutException(
                "no credentials within " + timeout.toMillis() + " ms (quarkus.redis-multiplexer.connect-timeout)")),
                timeout.toMillis());
        connector.login(context).onComplete(login -> {
            if (thisAttempt != attempt) {
                return;
            }
            timer.cancel();
            Future<Void> renewed = login.failed() ? Future.failedFuture(login.cause()) : logIn(connection, login.result());
            renewed.onComplete(result -> {
                if (thisAttempt != attempt) {
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
        expiry.ifPresent(until -> schedule(connection, timeToRenewal(until)));
    }

    private void onFailure(NodeConnection connection, Throwable cause) {
        attempt++;
        if (cause instanceof CommandFailure failure && failure.sent()) {
            // AUTH has not been answered. Whatever comes next could be its answer.
            connection.close(new SocketTimeoutException("AUTH has not been answered"));
            return;
        }
        connector.renewals().failed(connection, connection.loginExpiry().orElseThrow(), cause);
        schedule(connection, Duration.ofMillis(BACKOFF.delayMillis(++failuresInARow)));
    }
}
