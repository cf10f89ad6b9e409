package io.quarkiverse.redis.multiplexer;

import io.vertx.core.http.ConnectionPoolTooBusyException;

/**
 * The command was refused because {@code quarkus.redis-multiplexer.max-pending} commands, or
 * {@code quarkus.redis-multiplexer.max-pending-bytes} bytes of them, are waiting already, or because there was no memory to
 * send it; then the {@linkplain #getCause() cause} is the {@link OutOfMemoryError}. A {@link ConnectionPoolTooBusyException},
 * because that is what Quarkus' Redis cache falls back on to compute the value
 * anew.
 */
public final class BacklogFullException extends ConnectionPoolTooBusyException implements CommandFailure {

    private static final long serialVersionUID = 1L;

    public BacklogFullException(String message) {
        super(message);
    }

    public BacklogFullException(String message, Throwable cause) {
        super(message);
        initCause(cause);
    }

    /** Never: the command was not even accepted. */
    @Override
    public boolean sent() {
        return false;
    }

    /** None: it would show our event loop, not the caller, and an outage makes thousands of these at once. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
