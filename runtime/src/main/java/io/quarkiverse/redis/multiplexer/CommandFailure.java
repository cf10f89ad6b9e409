package io.quarkiverse.redis.multiplexer;

/**
 * What every failure that this client makes itself tells about its command. An error that the server answered is not
 * one of these: it arrives as {@link io.vertx.redis.client.impl.types.ErrorType}, and the server did not run the command,
 * or ran a script as far as to the error.
 */
public interface CommandFailure {

    /**
     * Whether the command had been handed to the socket. {@code false}: the server never saw it, sending it again is
     * safe. {@code true}: the server may or may not have run it.
     */
    boolean sent();
}
