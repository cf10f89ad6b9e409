package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.Optional;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.LaneState;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;

/**
 * The state of a kept connection and the connection itself, which change together, as the table of {@link LaneState} says.
 * There is a connection in READY, and in CLOSING if there was one when that began; otherwise there is none. The user is told of
 * each new state when all of it has changed.
 * <p>
 * Used on the event loop of the connection.
 */
final class KeeperState {

    private static final Logger LOG = Logger.getLogger(ConnectionKeeper.class);

    private final String subject;
    private final String label;
    private final ConnectionUser user;
    private LaneState current = LaneState.IDLE;
    private Optional<NodeConnection> connection = Optional.empty();
    private Optional<Throwable> lastFailure = Optional.empty();

    KeeperState(String subject, String label, ConnectionUser user) {
        this.subject = subject;
        this.label = label;
        this.user = user;
    }

    LaneState current() {
        return current;
    }

    boolean is(LaneState state) {
        return current == state;
    }

    boolean isEnding() {
        return current == LaneState.CLOSING || current == LaneState.CLOSED;
    }

    Optional<NodeConnection> connection() {
        return connection;
    }

    /** Why the latest attempt to connect has failed, or the latest connection was lost, whichever is later. */
    Optional<Throwable> lastFailure() {
        return lastFailure;
    }

    void connecting() {
        become(LaneState.CONNECTING, Optional.empty(), lastFailure);
    }

    void handshaking() {
        become(LaneState.HANDSHAKING, Optional.empty(), lastFailure);
    }

    void ready(NodeConnection newConnection) {
        become(LaneState.READY, Optional.of(newConnection), lastFailure);
    }

    /** {@code successor} takes the place of the connection that there is, which is lost by {@code failure}. */
    void replaced(NodeConnection successor, Throwable failure) {
        become(LaneState.READY, Optional.of(successor), Optional.of(failure));
    }

    void backingOff(Throwable failure) {
        become(LaneState.BACKING_OFF, Optional.empty(), Optional.of(failure));
    }

    /** The connection is lost by {@code failure}, and nobody wants one. */
    void idle(Throwable failure) {
        become(LaneState.IDLE, Optional.empty(), Optional.of(failure));
    }

    /** The connection, if there is one, stays. */
    void closing() {
        become(LaneState.CLOSING, connection, lastFailure);
    }

    void closed() {
        become(LaneState.CLOSED, Optional.empty(), lastFailure);
    }

    private void become(LaneState next, Optional<NodeConnection> newConnection, Optional<Throwable> failure) {
        if (!current.canBecome(next)) {
            throw new IllegalStateException(label + " cannot go from " + current + " to " + next);
        }
        LOG.debugf("%s: %s goes from %s to %s", subject, label, current, next);
        current = next;
        connection = newConnection;
        lastFailure = failure;
        tell("a change of state", () -> user.onState(next));
    }

    /** Tells somebody who may do or throw anything, after the state has changed. */
    void tell(String of, Runnable listener) {
        Guard.run(label + ": " + of, listener);
    }
}
