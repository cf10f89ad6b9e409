package io.quarkiverse.redis.multiplexer;

import io.vertx.core.VertxException;

/** The command was not answered within {@code quarkus.redis-multiplexer.command-timeout}. Its late reply is dropped. */
public final class CommandTimeoutException extends VertxException implements CommandFailure {

    private static final long serialVersionUID = 1L;

    private final boolean sent;

    public CommandTimeoutException(String message, boolean sent) {
        super(message, true);
        this.sent = sent;
    }

    @Override
    public boolean sent() {
        return sent;
    }
}
