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
     * @param effect of the request that is answered
     * @return the error that tells it
     */
    public static Optional<ErrorType> toldBy(StateEffect effect, Response reply) {
        if (effect == StateEffect.EXEC && reply != null && reply.type() == ResponseType.MULTI) {
            for (Response one : reply) {
                Optional<ErrorType> told = toldBy(one);
                if (told.isPresent()) {
                    return told;
                }
            }
        }
        return toldBy(reply);
    }

    private static Optional<ErrorType> toldBy(Response reply) {
        return reply instanceof ErrorType error && ServerError.of(error).remedy() == Remedy.RECONNECT ? Optional.of(error)
                : Optional.empty();
    }
}
