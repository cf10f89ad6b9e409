package io.quarkiverse.redis.multiplexer;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;

/**
 * For each test a real primary with replicas and sentinels, or none, a Vert.x, and clients in plain Java; nothing of it is left
 * after the test.
 */
public final class RealSentinels implements BeforeEachCallback, AfterEachCallback {

    private final int replicas;
    private final int sentinels;
    private final List<String> configuration;
    private final String[] serverArguments;
    private final List<MultiplexedRedis> clients = new ArrayList<>();
    private RedisSentinels servers;
    private Vertx vertx;

    public RealSentinels(int replicas, int sentinels, String... serverArguments) {
        this(replicas, sentinels, List.of(), serverArguments);
    }

    /** @param configuration of every sentinel, in lines */
    public RealSentinels(int replicas, int sentinels, List<String> configuration, String... serverArguments) {
        this.replicas = replicas;
        this.sentinels = sentinels;
        this.configuration = configuration;
        this.serverArguments = serverArguments;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        RedisBinary.any().assumeThere();
        servers = RedisSentinels.start(RedisBinary.any(), replicas, sentinels, configuration, serverArguments);
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

    public RedisSentinels servers() {
        return servers;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** A client that is told of all sentinels. */
    public MultiplexedRedis client(MultiplexerOptions options) {
        return client(new RedisOptions().setEndpoints(new ArrayList<>(servers.sentinelUrls())), options);
    }

    /** @param redis with sentinels */
    public MultiplexedRedis client(RedisOptions redis, MultiplexerOptions options) {
        return client(RedisClientType.SENTINEL, redis, options);
    }

    /** A client that knows of no sentinels. @param redis with servers */
    public MultiplexedRedis replication(RedisOptions redis, MultiplexerOptions options) {
        return client(RedisClientType.REPLICATION, redis, options);
    }

    private MultiplexedRedis client(RedisClientType type, RedisOptions redis, MultiplexerOptions options) {
        redis.setType(type).setPoolName("test");
        MultiplexedRedis client = MultiplexedRedis.create(vertx, redis, options);
        clients.add(client);
        return client;
    }
}
