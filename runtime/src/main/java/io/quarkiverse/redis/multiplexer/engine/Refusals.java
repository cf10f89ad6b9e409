package io.quarkiverse.redis.multiplexer.engine;

import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * What one lane does about a server that {@linkplain ServerTrouble is not fit} for what it is asked: gives up the connection,
 * takes commands back, or leaves the error to the caller. Used on the event loop of the lane.
 */
final class Refusals {

    private static final long DEMOTION_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final boolean retryReadOnly;
    private final boolean failFast;
    private final BusyHold busy;
    private final LaneFigures figures;
    /** What is asked for again on the next connection. */
    private CommandQueue takenBack = new CommandQueue();
    private long demotedAt = System.nanoTime() - DEMOTION_INTERVAL_NANOS;

    /** @param busy gets the commands that a busy server refuses */
    Refusals(MultiplexerOptions options, BusyHold busy, LaneFigures figures) {
        this.retryReadOnly = options.isRetryReadOnly();
        this.failFast = options.getUnavailable() == UnavailablePolicy.FAIL_FAST;
        this.busy = busy;
        this.figures = figures;
    }

    /** What will be sent on the next connection, in order. */
    CommandQueue takenBack() {
        return takenBack;
    }

    /** There will be another connection. @return what is to be sent on it first, in order; the caller's from now on */
    CommandQueue release() {
        CommandQueue released = takenBack;
        takenBack = new CommandQueue();
        return released;
    }

    /** @return whether the command has been taken back, and its caller must not get the error */
    boolean takesBack(PendingCommand command, ErrorType error, NodeConnection connection) {
        boolean taken = command instanceof SingleCommand && isTaken(command, error, connection);
        if (!taken) {
            figures.answeredByError();
        }
        return taken;
    }

    private boolean isTaken(PendingCommand command, ErrorType error, NodeConnection connection) {
        switch (ServerTrouble.of(error)) {
            case NONE:
                return false;
            case DEMOTED:
                // The name that we connect to may belong to the new primary by now. A replica that is there to stay should
                // not cost a connection per write.
                long now = System.nanoTime();
                if (now - demotedAt > DEMOTION_INTERVAL_NANOS) {
                    demotedAt = now;
                    connection.retire(error);
                }
                return false;
            case UNFIT:
                connection.retire(error);
                if (retryReadOnly && command.repeat()) {
                    figures.retried();
                    takenBack.addLast(command);
                    return true;
                }
                return false;
            case BUSY:
                if (failFast || command.deadline == PendingCommand.NO_DEADLINE) {
                    // The caller wants to know; or it is a question of ours to the connection.
                    return false;
                }
                busy.hold(command, error, connection.inFlight());
                return true;
            default:
                throw new IllegalStateException(error.getMessage());
        }
    }
}
