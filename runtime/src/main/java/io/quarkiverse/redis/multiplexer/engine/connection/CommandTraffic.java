package io.quarkiverse.redis.multiplexer.engine.connection;

import java.net.ProtocolException;

import org.jboss.logging.Logger;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.PushType;

/**
 * Told of the traffic of a connection that carries commands only, so that nobody asks for messages. A push is nobody's business
 * there. A reply to
 * nothing ends the connection: there were more replies than commands, so one of those before may have gone to the wrong caller
 * already, and no further one must.
 */
public interface CommandTraffic extends TrafficListener {

    @Override
    default void onMessage(NodeConnection connection, Response message) {
        if (message instanceof PushType) {
            Logger.getLogger(NodeConnection.class).debug("Dropped a message that nobody on a shared connection asked for");
        } else {
            onDroppedMessage(connection);
        }
    }

    @Override
    default void onDroppedMessage(NodeConnection connection) {
        connection.close(new ProtocolException("The server sent a reply that nobody asked for"));
    }
}
