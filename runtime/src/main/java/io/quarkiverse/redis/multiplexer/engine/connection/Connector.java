package io.quarkiverse.redis.multiplexer.engine.connection;

import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.engine.command.Answering;
import io.vertx.core.Context;
import io.vertx.core.Future;

/** Makes connections to one node, and logs in on them. May be called from any thread. */
public interface Connector {

    /**
     * Connects.
     *
     * @param context an event loop's; the connection lives there, and {@code opened} is called and the future completes there
     * @param role what the server is told when it has let us in
     * @param owner told of the connection once the future has completed
     * @param opened called when the socket is open and the handshake starts
     * @return fails with the server's {@link io.vertx.redis.client.impl.types.ErrorType ErrorType} if it does not let us in,
     *         else with whatever went wrong
     */
    Future<NodeConnection> connect(Context context, ConnectionRole role, ConnectionOwner owner, Runnable opened);

    /** Gets current credentials. */
    Future<RedisCredentials> login(Context context);

    /** Sees whether the server accepts the credentials, by a connection that is closed again. */
    Future<Void> tryOut(RedisCredentials login, Context context);

    /** Logs in anew on a connection in use, alone; see {@link Answering}. */
    Future<Void> renewLogin(NodeConnection connection, RedisCredentials login);

    /** Where it is told how renewals of logins to the node go. */
    RenewalLog renewals();

    /** What the server said of itself when a connection was last made. */
    ServerIdentity server();

    /** Closes all sockets that were made here. */
    Future<Void> close();
}
