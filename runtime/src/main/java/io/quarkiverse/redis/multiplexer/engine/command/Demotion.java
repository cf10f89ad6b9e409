package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;

/** Finds the error which tells that the server has become a replica, wherever in an answer it stands. */
public final class Demotion {

    private Demotion() {
    }

    /**
     * Looks at the answer, and at what the commands of a transaction were answered when EXEC executed them.
     *
     * @param command that has not got the answer yet
     * @return the error that tells it
     */
    public static Optional<ErrorType> toldBy(PendingCommand command, Response reply) {
        if (command.nextExecutes() && reply != null && reply.type() == ResponseType.MULTI) {
            for (Response one : reply) {
                // Any of the commands may have been a script.
                Optional<ErrorType> told = toldBy(one).filter(error -> !ServerError.isCodeOnly(error));
                if (told.isPresent()) {
                    return told;
                }
            }
        }
        return toldBy(reply).filter(error -> !command.isErrorOfScript(error));
    }

    private static Optional<ErrorType> toldBy(Response reply) {
        return reply instanceof ErrorType error && ServerError.of(error).remedy() == Remedy.RECONNECT ? Optional.of(error)
                : Optional.empty();
    }
}
