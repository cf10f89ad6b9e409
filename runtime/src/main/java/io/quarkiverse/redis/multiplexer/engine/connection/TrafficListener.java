package io.quarkiverse.redis.multiplexer.engine.connection;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Told by a connection of what comes on it, on its event loop. Callers get their replies without it.
 */
public interface TrafficListener {

    /** For a connection on which nothing comes but answers to our own questions. */
    TrafficListener NOBODY = new TrafficListener() {
    };

    /** A push, or a reply to nothing: a published message, a line of MONITOR. */
    default void onMessage(NodeConnection connection, Response message) {
    }

    /** What had to be dropped may have been a message; which one, nobody can tell. @param reason why it was dropped */
    default void onMissedMessage(Throwable reason) {
    }

    /** A message, but for a push, had to be dropped: it is more than we hold, or makes no sense. */
    default void onDroppedMessage(NodeConnection connection) {
    }

    /**
     * The server refuses a command, or one of a batch; a batch can't be taken back. Not called for errors that are a
     * {@linkplain PendingCommand#isErrorOfScript script's}.
     *
     * @return whether the listener has taken the command back; otherwise its caller gets the error
     */
    default boolean takesBack(NodeConnection connection, PendingCommand command, ErrorType error) {
        return false;
    }

    /** An error has come that is not {@linkplain #takesBack taken back}: it is for the caller of its command. */
    default void onError() {
    }

    /** A reply has come, or one of those of a batch. The command has not got it yet. */
    default void onAnswer(PendingCommand command, Response reply) {
    }

    /** Such a reply had to be dropped. */
    default void onDroppedAnswer(PendingCommand command) {
    }

    /**
     * The reply to a command was {@linkplain ReplyTransfer#LARGE_BYTES large}. Its caller has it already.
     *
     * @param nanos from its first part to its last
     */
    default void onLargeReply(PendingCommand command, long bytes, long nanos) {
    }

    /** All replies and messages that came at once have been handed out. */
    default void onReadComplete(NodeConnection connection) {
    }

    /** The connection takes more commands again, after {@link NodeConnection#isWritable()} was {@code false}. */
    default void onWritable() {
    }
}
