package io.quarkiverse.redis.multiplexer.engine.topology;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * One who has a connection of a cluster, or to the primary of several servers, for as long as it likes. A command that the node
 * refuses is not sent to another one, as what it belongs to is on this connection; but where the next connection goes to is
 * learnt from it. The first one is the affair of the {@link FollowingLoan}.
 */
record LearningBorrower(Borrower borrower, LoneCommand.Way way) implements Borrower {

    @Override
    public boolean takesBack(PendingCommand command, ErrorType error) {
        way.after(error);
        return borrower.takesBack(command, error);
    }

    @Override
    public boolean expectsMessages() {
        return borrower.expectsMessages();
    }

    @Override
    public void onMessage(Response message) {
        borrower.onMessage(message);
    }

    @Override
    public boolean givesUp() {
        return borrower.givesUp();
    }

    @Override
    public void onEnd(Throwable cause) {
        borrower.onEnd(cause);
    }
}
