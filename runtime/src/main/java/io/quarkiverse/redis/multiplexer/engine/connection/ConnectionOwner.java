package io.quarkiverse.redis.multiplexer.engine.connection;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;

/** The owner of a connection: told of its life, on its event loop. Its traffic is for another listener. */
public interface ConnectionOwner {

    /** The listener to the traffic of the connection. Asked for once, when the connection becomes the owner's. */
    TrafficListener traffic();

    /** What failures call the connection, such as {@code lane 2}; empty if it is nothing to callers. */
    default String place() {
        return "";
    }

    /** Whether the connection is shared, so that no command may leave a trace on it. */
    default boolean mustStayClean() {
        return true;
    }

    /**
     * Whether a connection will do on which no database has been selected yet, because the server is busy with a script.
     * Nothing may be written to it then but what ends the script, until it is {@linkplain NodeConnection#isWritable()
     * writable}.
     */
    default boolean takesUnselected() {
        return false;
    }

    /** The connection is the owner's from now on: nothing has come on it that is for the owner. */
    default void onHandedOver(NodeConnection connection) {
    }

    /** Something has come, and all of it has been handed out. */
    default void onRead() {
    }

    /**
     * The end, once: nothing is written or read any more. The commands in flight are the owner's to settle.
     *
     * @param inFlight in the order in which they were sent; the owner's from now on
     */
    void onClosed(NodeConnection connection, CommandQueue inFlight, Throwable cause);
}
