package io.quarkiverse.redis.multiplexer.engine.connection;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** Passes on what happens on a kept connection: to its user and, as far as it has to know, to its keeper. */
final class ConnectionRelay implements NodeConnection.Owner {

    /** Hears of things after the user has, but for the end. */
    interface Keeper {

        void afterMessage();

        void afterRead();

        void onClosed(CommandQueue inFlight, Throwable cause);
    }

    private final ConnectionUser user;
    private final Keeper keeper;

    ConnectionRelay(ConnectionUser user, Keeper keeper) {
        this.user = user;
        this.keeper = keeper;
    }

    @Override
    public void onMessage(Response message) {
        user.onMessage(message);
        keeper.afterMessage();
    }

    @Override
    public void onDroppedMessage() {
        user.onDroppedMessage();
        keeper.afterMessage();
    }

    @Override
    public void onAnswer(PendingCommand command, Response reply) {
        user.onAnswer(command, reply);
    }

    @Override
    public boolean takesBack(PendingCommand command, ErrorType error) {
        return user.takesBack(command, error);
    }

    @Override
    public void onWritable() {
        user.onWritable();
    }

    @Override
    public void onLargeReply(PendingCommand command, long bytes, long nanos) {
        user.onLargeReply(command, bytes, nanos);
    }

    @Override
    public void onReadComplete() {
        user.onReadComplete();
        keeper.afterRead();
    }

    @Override
    public void onClosed(CommandQueue inFlight, Throwable cause) {
        keeper.onClosed(inFlight, cause);
    }
}
