package io.quarkiverse.redis.multiplexer;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisClusterTransactions;
import io.vertx.redis.client.RedisOptions;

/** For each test a real cluster, a Vert.x, and clients in plain Java; nothing of it is left after the test. */
public final class RealCluster implements BeforeEachCallback, AfterEachCallback {

    public static final int PRIMARIES = 3;

    private final int replicas;
    private final String[] serverArguments;
    private final List<MultiplexedRedis> clients = new ArrayList<>();
    private RedisCluster servers;
    private Vertx vertx;

    /** @param replicas of each of three primaries */
    public RealCluster(int replicas, String... serverArguments) {
        this.replicas = replicas;
        this.serverArguments = serverArguments;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        RedisBinary.any().assumeThere();
        servers = RedisCluster.start(RedisBinary.any(), PRIMARIES, replicas, serverArguments);
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(RealRedis.EVENT_LOOPS));
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (vertx == null) {
            // The test is skipped: there is no such server here.
            return;
        }
        clients.forEach(MultiplexedRedis::close);
        RealRedis.await(vertx.close());
        servers.close();
    }

    public RedisCluster servers() {
        return servers;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** A client that is told of all primaries. */
    public MultiplexedRedis client(MultiplexerOptions options) {
        return client(new RedisOptions(), options);
    }

    public MultiplexedRedis client(RedisClusterTransactions transactions) {
        return client(new RedisOptions().setClusterTransactions(transactions), new MultiplexerOptions());
    }

    public MultiplexedRedis client(RedisOptions redis, MultiplexerOptions options) {
        redis.setType(RedisClientType.CLUSTER).setPoolName("test");
        servers.urls().forEach(redis::addConnectionString);
        MultiplexedRedis client = MultiplexedRedis.create(vertx, redis, options);
        clients.add(client);
        return client;
    }
}
