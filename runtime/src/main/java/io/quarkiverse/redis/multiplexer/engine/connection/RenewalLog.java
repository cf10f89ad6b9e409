package io.quarkiverse.redis.multiplexer.engine.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;

/**
 * Says once for each reason why logins to a node cannot be renewed, and once that they can be again, however many connections
 * try how often. Thread-safe.
 */
public final class RenewalLog {

    private static final Logger LOG = Logger.getLogger("io.quarkiverse.redis.multiplexer");

    private static final int MAX_REASONS = 16;

    private final String subject;
    private final Set<String> reasons = new HashSet<>();
    private final Set<Object> failing = new HashSet<>();

    public RenewalLog(String subject) {
        this.subject = subject;
    }

    /** @param expiry when the old login expires */
    synchronized void failed(Object connection, Instant expiry, Throwable cause) {
        failing.add(connection);
        String reason = Failures.describe(cause);
        Instant now = Instant.now();
        if (reasons.size() < MAX_REASONS && reasons.add(reason)) {
            LOG.warnf("%s could not renew its login, which %s, and tries again: %s", subject,
                    expiry.isAfter(now) ? "expires in " + Duration.between(now, expiry).toMillis() + " ms" : "has expired",
                    reason);
        } else {
            LOG.debugf("%s still could not renew its login: %s", subject, reason);
        }
    }

    synchronized void succeeded(Object connection) {
        if (failing.remove(connection) && failing.isEmpty()) {
            reasons.clear();
            LOG.infof("%s has renewed its login", subject);
        }
    }

    /** The connection is gone, and its old login with it. */
    synchronized void forget(Object connection) {
        if (failing.remove(connection) && failing.isEmpty()) {
            reasons.clear();
        }
    }
}
