package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.Optional;

/**
 * The life of one connection: whether it can be used, how it ends, and why. These are all transitions:
 *
 * <pre>
 * from       to         when
 * OPEN       RETIRING   another connection shall take its place
 * OPEN       CLOSING    we close it
 * RETIRING   CLOSING    everything in flight has been answered; or we close it before that
 * OPEN       CLOSED     the server, or the network, has ended it; or it is abandoned
 * RETIRING   CLOSED     likewise
 * CLOSING    CLOSED     the socket is closed; or it is abandoned
 * </pre>
 *
 * Used on the event loop of the connection.
 */
final class ConnectionLife {

    enum State {
        /** Commands are written and answered. */
        OPEN,
        /** What is in flight is answered; no more commands should be written. */
        RETIRING,
        /** The socket is being closed. Nothing is handed out any more. */
        CLOSING,
        /** What was in flight is somebody else's. */
        CLOSED;

        /** Whether the table above has this transition. */
        boolean canBecome(State next) {
            return switch (next) {
                case OPEN -> false;
                case RETIRING -> this == OPEN;
                case CLOSING -> this == OPEN || this == RETIRING;
                case CLOSED -> this != CLOSED;
            };
        }
    }

    private State state = State.OPEN;
    /** The reason why it has left {@link State#OPEN}. */
    private Optional<Throwable> cause = Optional.empty();
    private boolean endedByPeer;
    /** The reason to make it anew, if that has been asked for; it may end by another one. */
    private Optional<Throwable> renewal = Optional.empty();

    boolean is(State other) {
        return state == other;
    }

    /** Whether what comes is read, and handed out. */
    boolean isOpen() {
        return state == State.OPEN || state == State.RETIRING;
    }

    /** Whether it was the server, or the network, that ended it, and not we. */
    boolean isEndedByPeer() {
        return endedByPeer;
    }

    /** Whether it ends, or has ended, for no other reason than to be made anew. */
    boolean isRenewed() {
        return renewal.isPresent() && renewal.equals(cause);
    }

    /** The reason why it retires, is being closed or is closed. */
    Throwable cause() {
        return cause.orElseThrow(() -> new IllegalStateException("A connection in use has no reason to end"));
    }

    void retire(Throwable reason) {
        become(State.RETIRING, reason);
    }

    /** The same of a connection to a server that is well. */
    void renew(Throwable reason) {
        retire(reason);
        renewal = cause;
    }

    void close(Throwable reason) {
        become(State.CLOSING, reason);
    }

    /** The socket has failed, and is being closed. */
    void closeBroken(Throwable reason) {
        become(State.CLOSING, reason);
        endedByPeer = true;
    }

    /** The socket is closed: as we wanted, or else by the peer, for {@code reason}. */
    void closedFor(Throwable reason) {
        if (state == State.CLOSING) {
            closed();
        } else {
            closedByPeer(reason);
        }
    }

    /** The socket is closed, as we wanted. */
    void closed() {
        become(State.CLOSED, cause());
    }

    /** The socket is closed, and not by us. */
    void closedByPeer(Throwable reason) {
        become(State.CLOSED, reason);
        endedByPeer = true;
    }

    /** It has a successor: what was in flight has been taken. */
    void abandon(Throwable reason) {
        become(State.CLOSED, state == State.CLOSING ? cause() : reason);
    }

    private void become(State next, Throwable reason) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("A connection cannot go from " + state + " to " + next);
        }
        Optional<Throwable> itsCause = Optional.of(reason);
        state = next;
        cause = itsCause;
    }
}
