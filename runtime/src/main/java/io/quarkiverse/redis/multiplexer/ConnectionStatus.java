package io.quarkiverse.redis.multiplexer;

/**
 * A snapshot of a connection that a client keeps beside its lanes: a side track, or one that carries subscriptions.
 *
 * @param state its state; {@link ConnectionState#IDLE} if it has not been needed yet
 * @param connects how often it got connected
 * @param lastError why it is not connected, or last was not; {@code null} if that never happened
 */
public record ConnectionStatus(ConnectionState state, long connects, String lastError) {

    /** Of one that has not been needed yet. */
    public static final ConnectionStatus UNUSED = new ConnectionStatus(ConnectionState.IDLE, 0, null);

    /** Whether it is connected. */
    public boolean isOpen() {
        return state == ConnectionState.READY || state == ConnectionState.CLOSING;
    }
}
