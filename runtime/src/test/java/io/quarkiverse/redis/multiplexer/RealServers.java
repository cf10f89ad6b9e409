package io.quarkiverse.redis.multiplexer;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;

/**
 * For each test several real servers, a Vert.x, and clients in plain Java; nothing of it is left after the test.
 *
 * @param <S> the servers
 */
public abstract class RealServers<S extends AutoCloseable> implements BeforeEachCallback, AfterEachCallback {

    private final List<MultiplexedRedis> clients = new ArrayList<>();
    private S servers;
    private Vertx vertx;

    /** Starts the servers of one test. */
    abstract S start(RedisBinary binary);

    @Override
    public final void beforeEach(ExtensionContext context) {
        RedisBinary.any().assumeThere();
        servers = start(RedisBinary.any());
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(RealRedis.EVENT_LOOPS));
    }

    @Override
    public final void afterEach(ExtensionContext context) throws Exception {
        if (vertx == null) {
            // The test is skipped: there is no such server here.
            return;
        }
        clients.forEach(MultiplexedRedis::close);
        RealRedis.await(vertx.close());
        servers.close();
    }

    public final S servers() {
        return servers;
    }

    public final Vertx vertx() {
        return vertx;
    }

    /** A client that ends with the test. */
    final MultiplexedRedis client(RedisClientType type, RedisOptions redis, MultiplexerOptions options) {
        redis.setType(type).setPoolName("test");
        MultiplexedRedis client = MultiplexedRedis.create(vertx, redis, options);
        clients.add(client);
        return client;
    }
}
