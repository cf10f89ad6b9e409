package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.Optional;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;

/**
 * The state of a kept connection and the connection itself, which change together, as the table of {@link ConnectionState}
 * says.
 * There is a connection in READY, and in CLOSING if there was one when that began; otherwise there is none. The user is told of
 * each new state when all of it has changed.
 * <p>
 * Used on the event loop of the connection.
 */
public final class KeeperState {

    /** What other threads see of it. */
    private record Told(ConnectionState state, long connects, Optional<Throwable> lastFailure) {
    }

    private static final Logger LOG = Logger.getLogger(ConnectionKeeper.class);

    private final String subject;
    private final String label;
    private final ConnectionUser user;
    private ConnectionState current = ConnectionState.IDLE;
    private Optional<NodeConnection> connection = Optional.empty();
    /** The reason of the latest failure to connect, or of the latest loss, whichever is later. */
    private Optional<Throwable> lastFailure = Optional.empty();
    private volatile Told told = new Told(ConnectionState.IDLE, 0, Optional.empty());

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

    /** Whether there is a connection, and the end has not begun. */
    public boolean isReady() {
        return current == ConnectionState.READY;
    }

    /** Whether a connection is being made. */
    boolean isConnecting() {
        return current == ConnectionState.CONNECTING || current == ConnectionState.HANDSHAKING;
    }

    /** Whether no connection is made any more. */
    public boolean isEnding() {
        return current == ConnectionState.CLOSING || current == ConnectionState.CLOSED;
    }

    /** Whether there is no connection any more, and there won't be one. */
    public boolean hasEnded() {
        return current == ConnectionState.CLOSED;
    }

    /** The connection, if there is one. */
    public Optional<NodeConnection> connection() {
        return connection;
    }

    /** How many commands are in flight on the connection; none if there is none. */
    public int inFlight() {
        return connection.isPresent() ? connection.get().inFlight() : 0;
    }

    /** The reason why there is no connection before the next attempt; empty if there is one, or may be one soon. */
    public Optional<Throwable> unavailable() {
        return current == ConnectionState.BACKING_OFF ? lastFailure : Optional.empty();
    }

    /**
     * The reason why there is no connection, or why the one that there is does not take commands yet; empty if it does, or no
     * attempt has failed and none has been lost yet.
     */
    public Optional<Throwable> missing() {
        return connection.isPresent() ? connection.get().selection().refusal().map(Throwable.class::cast) : lastFailure;
    }

    /** May be called from any thread. */
    public ConnectionStatus status() {
        Told now = told;
        return new ConnectionStatus(now.state, now.connects, now.lastFailure.map(Failures::describe).orElse(null));
    }

    void connecting() {
        become(ConnectionState.CONNECTING, Optional.empty(), lastFailure);
    }

    void handshaking() {
        become(ConnectionState.HANDSHAKING, Optional.empty(), lastFailure);
    }

    void ready(NodeConnection newConnection) {
        check(ConnectionState.READY, current != ConnectionState.READY);
        become(ConnectionState.READY, Optional.of(newConnection), lastFailure);
    }

    /** From READY to READY: {@code successor} takes the place of the connection, which is lost by {@code failure}. */
    void replaced(NodeConnection successor, Throwable failure) {
        check(ConnectionState.READY, current == ConnectionState.READY);
        become(ConnectionState.READY, Optional.of(successor), Optional.of(failure));
    }

    void backingOff(Throwable failure) {
        become(ConnectionState.BACKING_OFF, Optional.empty(), Optional.of(failure));
    }

    /** The connection is lost by {@code failure}, which is no outage: nobody wants one, or it is to be made anew. */
    void idle(Throwable failure) {
        become(ConnectionState.IDLE, Optional.empty(), Optional.of(failure));
    }

    /** The connection, if there is one, stays. */
    void closing() {
        become(ConnectionState.CLOSING, connection, lastFailure);
    }

    void closed() {
        become(ConnectionState.CLOSED, Optional.empty(), lastFailure);
    }

    private void become(ConnectionState next, Optional<NodeConnection> newConnection, Optional<Throwable> failure) {
        check(next, current.canBecome(next));
        LOG.debugf("%s: %s goes from %s to %s", subject, label, current, next);
        // Without memory for that, nothing has changed.
        Told news = new Told(next, told.connects + (next == ConnectionState.READY ? 1 : 0), failure);
        current = next;
        connection = newConnection;
        lastFailure = failure;
        told = news;
        tell("a change of state", () -> user.onState(next));
    }

    private void check(ConnectionState next, boolean legal) {
        if (!legal) {
            throw new IllegalStateException(label + " cannot go from " + current + " to " + next);
        }
    }

    /** Tells the user of a loss. What the user does not see to, because there is no memory for that, is nobody's, and fails. */
    void tellLost(CommandQueue inFlight, Throwable cause, Failures failures) {
        try {
            user.onLost(inFlight, cause);
        } catch (Throwable e) {
            inFlight.failAll(command -> failures.lost(command, cause));
            Guard.report(label, "a loss", e);
        }
    }

    /** Tells somebody who may do or throw anything, after the state has changed. */
    void tell(String of, Runnable listener) {
        Guard.run(label, of, listener);
    }
}
