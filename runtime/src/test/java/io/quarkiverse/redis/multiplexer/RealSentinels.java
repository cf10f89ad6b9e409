package io.quarkiverse.redis.multiplexer;

import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;

/** A real primary with replicas and sentinels, or none. */
public final class RealSentinels extends RealServers<RedisSentinels> {

    private final int replicas;
    private final int sentinels;
    private final List<String> configuration;
    private final String[] serverArguments;

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
    RedisSentinels start(RedisBinary binary) {
        return RedisSentinels.start(binary, replicas, sentinels, configuration, serverArguments);
    }

    /** A client that is told of all sentinels. */
    public MultiplexedRedis client(MultiplexerOptions options) {
        return client(new RedisOptions().setEndpoints(new ArrayList<>(servers().sentinelUrls())), options);
    }

    /** @param redis with sentinels */
    public MultiplexedRedis client(RedisOptions redis, MultiplexerOptions options) {
        return client(RedisClientType.SENTINEL, redis, options);
    }

    /** A client that knows of no sentinels. @param redis with servers */
    public MultiplexedRedis replication(RedisOptions redis, MultiplexerOptions options) {
        return client(RedisClientType.REPLICATION, redis, options);
    }
}
