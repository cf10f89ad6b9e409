package io.quarkiverse.redis.multiplexer.engine.lane;

import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * What one lane does about a server that {@linkplain ServerError is not fit} for what it is asked: gives up the connection,
 * keeps commands to send them again, or leaves the error to the caller. Used on the event loop of the lane.
 */
final class Refusals {

    private final boolean retryReadOnly;
    private final boolean failFast;
    private final RefusedCommands commands = new RefusedCommands();
    private final LaneMetrics figures;
    private final Consumer<ErrorType> onDemoted;

    /** @param onDemoted told, each time, that the server has said that it is a replica */
    Refusals(MultiplexerOptions options, LaneMetrics figures, Consumer<ErrorType> onDemoted) {
        this.retryReadOnly = options.isRetryReadOnly();
        this.failFast = options.getUnavailable() == UnavailablePolicy.FAIL_FAST;
        this.figures = figures;
        this.onDemoted = onDemoted;
    }

    RefusedCommands commands() {
        return commands;
    }

    /** @return whether the command is kept, and its caller must not get the error */
    boolean keeps(PendingCommand command, ErrorType error, NodeConnection connection) {
        switch (ServerError.of(error).remedyOnOneServer()) {
            case CALLERS, ELSEWHERE:
                return false;
            case RECONNECT:
                onDemoted.accept(error);
                return false;
            case SEND_AGAIN_LATER:
                connection.retire(error);
                if (retryReadOnly && command.isSingle() && command.repeat()) {
                    figures.retried();
                    commands.add(command, error, connection::inFlightCommands);
                    return true;
                }
                return false;
            case HOLD:
                // A transaction that is kept would be in a later one, if the server has left it open.
                if (failFast || command.isOwnQuestion() || !command.isSingle() || command.core().size() > 1) {
                    return false;
                }
                commands.add(command, error, connection::inFlightCommands);
                return true;
            default:
                throw new IllegalStateException(error.getMessage());
        }
    }
}
