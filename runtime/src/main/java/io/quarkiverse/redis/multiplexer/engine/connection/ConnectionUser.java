package io.quarkiverse.redis.multiplexer.engine.connection;

import io.quarkiverse.redis.multiplexer.LaneState;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Who a {@link ConnectionKeeper} keeps a connection for. Called on its event loop, when the keeper has finished changing its
 * own
 * state; what is thrown is logged, and stops nothing.
 */
public interface ConnectionUser {

    /** The state has changed. */
    default void onState(LaneState state) {
    }

    /** There is a connection now. */
    void onReady(NodeConnection connection);

    /** There is no connection, and there won't be one before the next attempt. */
    void onUnavailable(Throwable cause);

    /** There is no connection any more. What was in flight is the user's to settle. */
    void onLost(CommandQueue inFlight, Throwable cause);

    /** A message that is no reply. */
    void onMessage(Response message);

    /** What would have been such a message, but for a push, had to be dropped. */
    default void onDroppedMessage() {
    }

    /** A reply has come, or one of those of a batch. The command has not got it yet. */
    default void onAnswer(PendingCommand command, Response reply) {
    }

    /** @return whether the command has been taken back, and its caller must not get the error */
    default boolean takesBack(PendingCommand command, ErrorType error) {
        return false;
    }

    /** The connection takes more again. */
    default void onWritable() {
    }

    /** The reply to a command was {@linkplain ReplyTransfer#LARGE_BYTES large}. */
    default void onLargeReply(PendingCommand command, long bytes, long nanos) {
    }

    /** All that came at once has been handed out. */
    default void onReadComplete() {
    }

    /** Whether messages may come on the connection at any time. */
    default boolean getsMessages() {
        return false;
    }

    /** Whether AUTH on the connection would be answered in order. */
    default boolean canRenewLogin(NodeConnection connection) {
        return true;
    }

    /** Asks the server for anything, to see whether it is there. */
    default void ping(NodeConnection connection) {
        connection.send(Request.cmd(Command.PING));
    }

    /** Time has passed: look at deadlines. Called while there is, or shall be, a connection. */
    void onTick(long now);

    /** Whether nobody waits for anything, so that the connection can be closed. */
    boolean isQuiet();

    /** Whether there has to be a connection even while nobody waits for anything. */
    default boolean needsConnection() {
        return false;
    }

    /** The end: there will be no connection any more. */
    void onEnded();
}
