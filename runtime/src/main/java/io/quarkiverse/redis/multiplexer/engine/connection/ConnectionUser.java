package io.quarkiverse.redis.multiplexer.engine.connection;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * The user of a connection that a {@link ConnectionKeeper} keeps: asked how the connection has to be, and told of its life by
 * the keeper, when that has finished changing its own state; what is thrown then is logged, and stops nothing. The traffic of
 * the connection comes from the connection itself.
 * <p>
 * Called on the event loop of the connection.
 */
public interface ConnectionUser extends TrafficListener {

    /** The state has changed. */
    default void onState(ConnectionState state) {
    }

    /** There is a connection now. */
    default void onReady(NodeConnection connection) {
    }

    /** There is no connection, and there won't be one before the next attempt. */
    default void onUnavailable(Throwable cause) {
    }

    /** The connection has fallen silent, or is as good as any again. */
    default void onSilence(Silence change) {
    }

    /** A connection is lost. What was in flight is the user's to settle. */
    void onLost(CommandQueue inFlight, Throwable cause);

    /** Time has passed: look at deadlines. Called while there is, or shall be, a connection. */
    void onTick(long now);

    /** The end: there will be no connection any more. */
    default void onEnded() {
    }

    /** The role of the connection, which the server is told when it has let us in. */
    default ConnectionRole role() {
        return ConnectionRole.PLAIN;
    }

    /** Whether messages may come on the connection at any time. */
    default boolean getsMessages() {
        return false;
    }

    /** Tells whether AUTH on the connection would be answered in order. */
    default boolean canRenewLogin(NodeConnection connection) {
        return true;
    }

    /** Asks the server for anything, to see whether it is there. */
    default void ping(NodeConnection connection) {
        connection.send(Request.cmd(Command.PING));
    }

    /** Whether nobody waits for anything, so that the connection can be closed. */
    boolean isQuiet();

    /** Whether there has to be a connection even while nobody waits for anything. */
    default boolean needsConnection() {
        return false;
    }
}
