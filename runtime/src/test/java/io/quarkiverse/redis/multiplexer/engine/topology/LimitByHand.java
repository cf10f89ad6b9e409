package io.quarkiverse.redis.multiplexer.engine.topology;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;

/** Has a {@link TimeLimit} hold for a command that has not been sent by a {@link LoneCommand}. */
public final class LimitByHand {

    private LimitByHand() {
    }

    public static void hold(TimeLimit limit, LentConnection connection, PendingCommand command) {
        limit.holdFor(connection, command);
    }
}
