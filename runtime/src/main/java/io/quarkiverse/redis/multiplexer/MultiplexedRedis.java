package io.quarkiverse.redis.multiplexer;

import io.quarkiverse.redis.multiplexer.engine.client.MultiplexedRedisClient;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;

/**
 * One Redis client for a whole application: any number of event loops, worker threads and virtual threads share it, and
 * it shares few connections among them.
 * <ul>
 * <li>{@link #send} puts an ordinary command on the connection of the caller's event loop, together with whatever else
 * is sent in the same turn of the loop. A command that blocks on the server or changes the state of its connection gets
 * a connection of its own.</li>
 * <li>{@link #batch} keeps its requests together, so that a {@code MULTI ... EXEC} inside of a batch is one.</li>
 * <li>{@link #connect} gives a connection that costs nothing until it needs to: it takes a real one for itself when a
 * command calls for that, such as {@code WATCH}, {@code SELECT} or, but in a cluster, {@code BLPOP}. From {@code MULTI} to
 * {@code EXEC} it keeps what it is sent, and sends it as a whole on the shared connection.</li>
 * <li>{@link Redis#close close} ends the client: refuses new commands, gives those in flight
 * {@link MultiplexerOptions#getShutdownTimeout()} to be answered and fails the rest. Closing twice does nothing more. A client
 * that Quarkus made is ended by Quarkus when the application stops; closing has no effect on it.</li>
 * </ul>
 * All methods may be called from every thread and never block. A future completes on the Vert.x context that its caller
 * was on, like those of the stock client. Commands that are sent from one event loop, or from one thread on one Vert.x
 * context, reach the server in the order in which they were sent.
 * <p>
 * Making a client acquires nothing: connections are made when they are first needed.
 */
public interface MultiplexedRedis extends Redis {

    /**
     * A client outside of Quarkus. It lives until it is {@linkplain Redis#close closed}, or the Vert.x instance is.
     *
     * @param options as for the stock client. The name of the pool is the name of the client.
     * @param multiplexerOptions how lanes, deadlines and failures are handled
     * @throws IllegalArgumentException if options are out of their range; the message lists every one of them
     */
    static MultiplexedRedis create(Vertx vertx, RedisOptions options, MultiplexerOptions multiplexerOptions) {
        return MultiplexedRedisClient.standalone(vertx, options, multiplexerOptions);
    }

    /** The name that injection points and configuration know this client by; {@code <default>} for the one without. */
    String name();

    /** What the client is doing right now. Cheap enough to be asked for every second. */
    ClientStatus status();

    /**
     * Completes at once with a connection that holds nothing, if the server can be reached; fails with the cause, within
     * the connect timeout, if not. The connection must be {@linkplain RedisConnection#close() closed}.
     */
    @Override
    io.vertx.core.Future<RedisConnection> connect();

    /**
     * Sends one command.
     *
     * @return completes with the reply. Fails with the server's error, or with a {@link CommandFailure}
     */
    @Override
    io.vertx.core.Future<io.vertx.redis.client.Response> send(Request command);
}
