package io.quarkiverse.redis.multiplexer;

import java.util.Optional;

import io.vertx.core.net.SocketAddress;

/**
 * Makes a span of each command, and of each batch, in the place of the tracer of Vert.x. It is told more than that one: the
 * server that is connected, the code of the server's error, the number of commands of a batch, and what is refused before it
 * is sent. Called for every command, on callers' threads and on event loops: it must not block. What it throws costs nobody
 * anything.
 */
@FunctionalInterface
public interface CommandTracer {

    /** Is not called: the tracer of Vert.x, if there is one, makes the spans. */
    CommandTracer NONE = operation -> {
        throw new IllegalStateException("The tracer of Vert.x is in the place of this one");
    };

    /** A command or a batch has been handed over. Called on its caller's thread, with what that has as its current span. */
    CommandSpan begin(Operation operation);

    /**
     * What is asked of the server.
     *
     * @param name the name of the command, without arguments; for a batch {@code PIPELINE} or, if it is a transaction,
     *        {@code MULTI}, followed by the name of its commands if that is the same for all
     * @param stockName what the stock client calls it: the name of the command, or {@code batch}
     * @param batchSize the number of commands that are asked for at once; MULTI and EXEC do not count
     * @param database the number of the database; empty on a connection on which another one has been selected, or tried to be
     * @param user who has logged in; empty for the default user
     * @param server the server as configured; in a cluster the node that has the keys
     */
    record Operation(String name, String stockName, int batchSize, Optional<String> database, Optional<String> user,
            SocketAddress server) {
    }

    /** Told once of the end of what it is the span of, before the caller is. */
    interface CommandSpan {

        /** @param peer the address of the server that is connected; empty if none has been so far */
        void succeeded(Optional<SocketAddress> peer);

        /**
         * @param cause the failure, without what may be arguments of the command: an error of the server has its code for a
         *        message, and a {@link PartialWriteException} has no keys
         * @param code the first word of the server's error, such as {@code WRONGTYPE}; empty if it was not the server that
         *        failed
         * @param peer the address of the server that is connected; empty if none has been so far
         */
        void failed(Throwable cause, Optional<String> code, Optional<SocketAddress> peer);
    }
}
