package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;
import java.util.Optional;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Outage;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.ClosableRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * The client that applications hold. It has no state but its name and the {@link Generation} that it currently passes
 * everything on to, so that it can be held for longer than the Vert.x, the event loops and the configuration that it works
 * with. Thread-safe.
 */
public final class MultiplexedRedisClient extends ClosableRedis implements MultiplexedRedis {

    private static final Logger LOG = Logger.getLogger("io.quarkiverse.redis.multiplexer");

    private final String name;
    /** Whether {@link #close()} is for the one who made the client to call, and not for those who use it. */
    private final boolean managed;
    private volatile Generation generation;

    private MultiplexedRedisClient(String name, boolean managed) {
        this.name = name;
        this.managed = managed;
        this.generation = new StoppedGeneration(name);
    }

    /** A client that is bound and ended by its maker, any number of times, and that {@link #close()} does nothing to. */
    public static MultiplexedRedisClient managed(String name) {
        return new MultiplexedRedisClient(name, true);
    }

    /** A client that works until it, or {@code vertx}, is closed. */
    public static MultiplexedRedisClient standalone(Vertx vertx, RedisOptions options, MultiplexerOptions multiplexerOptions) {
        MultiplexedRedisClient client = new MultiplexedRedisClient(options.getPoolOptions().getName(), false);
        client.bind(vertx, options, multiplexerOptions);
        return client;
    }

    /**
     * Gives the client a new generation, in place of the one that has ended. Acquires nothing, unless the
     * options ask to connect eagerly.
     *
     * @throws IllegalArgumentException if options are out of their range, or the connection string is none
     * @throws IllegalStateException if the generation before has not been ended
     */
    public synchronized void bind(Vertx vertx, RedisOptions options, MultiplexerOptions multiplexerOptions) {
        if (isBound()) {
            throw new IllegalStateException("Redis client '" + name + "' is in use");
        }
        ClientSettings settings = ClientSettings.of(name, options, multiplexerOptions);
        MultiplexedGeneration started = new MultiplexedGeneration(vertx, settings);
        started.start();
        generation = started;
    }

    /** Whether the client has a generation that has not been ended. */
    public boolean isBound() {
        return !(generation instanceof StoppedGeneration);
    }

    /** Ends the current generation, if there is one. The future completes when nothing of it is left. */
    public Future<Void> end() {
        Generation ending;
        synchronized (this) {
            ending = generation;
            generation = new StoppedGeneration(name);
        }
        return ending.end();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ClientStatus status() {
        return generation.status();
    }

    /**
     * Why none of the servers can be reached that commands go to; empty unless all are known to be away. May be called from any
     * thread.
     */
    public Optional<Throwable> outage() {
        return generation.outage().causeIf(Outage.Extent.TOTAL);
    }

    /** Why one of these servers cannot be reached, if others may; else empty. May be called from any thread. */
    public Optional<Throwable> partialOutage() {
        return generation.outage().causeIf(Outage.Extent.PARTIAL);
    }

    /**
     * Asks one of these servers whether it is there: one that is not known to be away, if there is any.
     *
     * @return completes with the answer to PING, on the caller's context
     */
    public Future<Response> ping() {
        return generation.ping();
    }

    @Override
    public Future<RedisConnection> connect() {
        return generation.connect();
    }

    @Override
    public Future<Response> send(Request command) {
        return generation.send(command);
    }

    @Override
    public Future<List<Response>> batch(List<Request> commands) {
        return generation.batch(commands);
    }

    @Override
    protected Future<Void> closed() {
        if (managed) {
            LOG.debugf("Redis client '%s' is not closed: it is ended when the application stops", name);
            return Future.succeededFuture();
        }
        return end();
    }

    @Override
    public String toString() {
        return "MultiplexedRedis[" + name + generation.note() + "]";
    }
}
