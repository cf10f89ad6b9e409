package io.quarkiverse.redis.multiplexer.engine.connection;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;

/** The state of a kept connection, which changes as the table of {@link ConnectionState} says, and who is told when it has. */
final class KeeperState {

    private static final Logger LOG = Logger.getLogger(ConnectionKeeper.class);

    private final String subject;
    private final String label;
    private final ConnectionUser user;
    private ConnectionState current = ConnectionState.IDLE;

    KeeperState(String subject, String label, ConnectionUser user) {
        this.subject = subject;
        this.label = label;
        this.user = user;
    }

    ConnectionState current() {
        return current;
    }

    boolean is(ConnectionState state) {
        return current == state;
    }

    void become(ConnectionState next) {
        if (!current.canBecome(next)) {
            throw new IllegalStateException(label + " cannot go from " + current + " to " + next);
        }
        LOG.debugf("%s: %s goes from %s to %s", subject, label, current, next);
        current = next;
        tell("a change of state", () -> user.onState(next));
    }

    /** Tells somebody who may do or throw anything, after the state has changed. */
    void tell(String of, Runnable listener) {
        Guard.run(label + ": " + of, listener);
    }
}
