package io.quarkiverse.redis.multiplexer.engine.connection;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;

/**
 * Says once that a node cannot be reached, and once that it can be again, however many lanes try how often. Thread-safe.
 */
public final class OutageLog {

    private static final Logger LOG = Logger.getLogger("io.quarkiverse.redis.multiplexer");

    private final String subject;
    private final Set<Object> down = new HashSet<>();
    private long since;

    public OutageLog(String subject) {
        this.subject = subject;
    }

    public synchronized void failed(Object lane, Throwable cause) {
        if (down.isEmpty()) {
            since = System.nanoTime();
            LOG.warnf("%s is unavailable: %s. Trying again until it is back.", subject, Failures.describe(cause));
        } else {
            LOG.debugf("%s is still unavailable: %s", subject, Failures.describe(cause));
        }
        down.add(lane);
    }

    /** @param when on the clock of {@link System#nanoTime()} */
    public synchronized void recovered(Object lane, long when) {
        if (down.remove(lane) && down.isEmpty()) {
            LOG.infof("%s is available again, after %d ms", subject,
                    Duration.ofNanos(Math.max(0, when - since)).toMillis());
        }
    }

    /** The lane is gone: its outage ends without a word. */
    public synchronized void forget(Object lane) {
        down.remove(lane);
    }
}
