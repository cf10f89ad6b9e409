package io.quarkiverse.redis.multiplexer;

import java.net.ConnectException;

/**
 * The connection ended, or could not be made, before the command was answered. A {@link ConnectException}, because that
 * is what Quarkus' Redis cache falls back on to compute the value anew.
 */
public final class ConnectionLostException extends ConnectException implements CommandFailure {

    private static final long serialVersionUID = 1L;

    private final boolean sent;

    public ConnectionLostException(String message, boolean sent, Throwable cause) {
        super(message);
        this.sent = sent;
        initCause(cause);
    }

    @Override
    public boolean sent() {
        return sent;
    }

    /** None: it would show our event loop, not the caller, and an outage makes thousands of these at once. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
