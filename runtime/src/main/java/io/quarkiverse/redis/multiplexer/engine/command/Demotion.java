package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;

/** Whether an answer tells that the server has become a replica, wherever in the answer that stands. */
public final class Demotion {

    private static final String READONLY = "READONLY ";

    private Demotion() {
    }

    /** @return the error that tells it */
    static Optional<ErrorType> toldBy(Response reply) {
        if (reply instanceof ErrorType error) {
            return isTold(error) ? Optional.of(error) : Optional.empty();
        }
        return Optional.empty();
    }

    /**
     * What {@link #toldBy(Response)} finds, and what the commands of a transaction were answered when EXEC executed them.
     *
     * @param effect of the request that is answered
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

    /** Whether the server has let go of a blocking command because it has become a replica. The command was not executed. */
    public static boolean hasUnblocked(ErrorType error) {
        return error.is("UNBLOCKED") && error.getMessage().contains("instance state changed");
    }

    private static boolean isTold(ErrorType error) {
        String message = error.getMessage();
        // A script's error has that of its command inside before Redis 7, and EXECABORT has the reason for it.
        return message.startsWith(READONLY) || message.contains("-" + READONLY)
                || error.is("EXECABORT") && message.contains(": " + READONLY) || hasUnblocked(error);
    }
}
