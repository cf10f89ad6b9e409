package io.quarkiverse.redis.multiplexer.engine.dedicated;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** A caller to whom a {@link LentConnection} is lent. Called on the connection's event loop. */
public interface Borrower {

    /** Whether it takes messages, which are no replies. */
    boolean expectsMessages();

    /** A push, or a reply to nothing: a line of MONITOR, an invalidation. */
    void onMessage(Response message);

    /** The server refuses a command. @return whether the borrower has taken it back, and its caller must not get the error */
    default boolean takesBack(PendingCommand command, ErrorType error) {
        return false;
    }

    /**
     * The connection is to a server that is not what it was, nothing is left on it of the borrower, and nothing is in flight.
     *
     * @return whether the borrower does without it from now on; it is told nothing more then
     */
    default boolean givesUp() {
        return false;
    }

    /** The connection has ended before it was given back. */
    void onEnd(Throwable cause);
}
