package io.quarkiverse.redis.multiplexer.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.jboss.logging.Logger;

import io.netty.channel.EventLoop;

/**
 * Logs in anew before the credentials of a long-lived connection expire: a tenth of their lifetime before, but a minute at
 * most. AUTH goes between the commands in flight, so none is lost. If that fails, the old login still holds for a while, and
 * it is tried again.
 * <p>
 * Used on the event loop of the connection.
 */
final class LoginRenewal {

    private static final Logger LOG = Logger.getLogger(LoginRenewal.class);

    private static final Duration LONGEST_MARGIN = Duration.ofMinutes(1);
    private static final Duration SHORTEST_DELAY = Duration.ofMillis(100);

    private final String subject;
    private final EventLoop loop;
    private final NodeConnector connector;
    private NodeConnection watched;
    private ScheduledFuture<?> timer;

    /** @param subject what logs call the client */
    LoginRenewal(String subject, EventLoop loop, NodeConnector connector) {
        this.subject = subject;
        this.loop = loop;
        this.connector = connector;
    }

    /** Watches over the login of a new connection, instead of that of the one before. */
    void watch(NodeConnection connection) {
        cancel();
        watched = connection;
        Instant expiry = connection.loginExpiry();
        if (expiry != null) {
            Duration lifetime = Duration.between(Instant.now(), expiry);
            Duration margin = lifetime.dividedBy(10);
            schedule(connection, lifetime.minus(margin.compareTo(LONGEST_MARGIN) < 0 ? margin : LONGEST_MARGIN));
        }
    }

    void cancel() {
        watched = null;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule(NodeConnection connection, Duration delay) {
        long millis = Math.max(delay.toMillis(), SHORTEST_DELAY.toMillis());
        timer = loop.schedule(() -> renew(connection), millis, TimeUnit.MILLISECONDS);
    }

    private void renew(NodeConnection connection) {
        connector.renewLogin(connection).onComplete(result -> {
            if (watched != connection) {
                return;
            }
            if (result.succeeded()) {
                watch(connection);
            } else {
                Duration left = Duration.between(Instant.now(), connection.loginExpiry());
                LOG.warnf("%s could not renew its login, which expires in %d ms: %s", subject, left.toMillis(),
                        Failures.describe(result.cause()));
                schedule(connection, left.dividedBy(2));
            }
        });
    }
}
