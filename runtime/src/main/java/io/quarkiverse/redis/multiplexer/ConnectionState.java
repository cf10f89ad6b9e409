package io.quarkiverse.redis.multiplexer;

/**
 * The states of a connection that is kept for many callers: of a lane's, or of the one that carries subscriptions. These are
 * all transitions:
 *
 * <pre>
 * from          to             when
 * IDLE          CONNECTING     a command, or an eager start; at once, if it is to be made anew
 * CONNECTING    HANDSHAKING    the socket is open
 * CONNECTING    BACKING_OFF    the socket could not be opened
 * HANDSHAKING   READY          the server accepted us
 * HANDSHAKING   BACKING_OFF    it did not, or not in time
 * READY         BACKING_OFF    the connection was lost
 * READY         IDLE           the server closed it, while nobody had used it for a while; or it is to be made anew
 * READY         READY          another connection has taken its place, because it had fallen silent
 * BACKING_OFF   CONNECTING     the delay has passed
 * any           CLOSING        the client is ended
 * CLOSING       CLOSED         nothing is in flight any more, or the time for that is over
 * </pre>
 */
public enum ConnectionState {
    IDLE,
    CONNECTING,
    HANDSHAKING,
    READY,
    BACKING_OFF,
    CLOSING,
    CLOSED;

    /** Whether the table above has this transition. */
    public boolean canBecome(ConnectionState next) {
        return switch (next) {
            case IDLE -> this == READY;
            case CONNECTING -> this == IDLE || this == BACKING_OFF;
            case HANDSHAKING -> this == CONNECTING;
            case READY -> this == HANDSHAKING || this == READY;
            case BACKING_OFF -> this == CONNECTING || this == HANDSHAKING || this == READY;
            case CLOSING -> this != CLOSING && this != CLOSED;
            case CLOSED -> this == CLOSING;
        };
    }
}
