package io.quarkiverse.redis.multiplexer;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisClusterTransactions;
import io.vertx.redis.client.RedisOptions;

/** A real cluster. */
public final class RealCluster extends RealServers<RedisCluster> {

    public static final int PRIMARIES = 3;

    private final int replicas;
    private final String[] serverArguments;

    /** @param replicas of each of three primaries */
    public RealCluster(int replicas, String... serverArguments) {
        this.replicas = replicas;
        this.serverArguments = serverArguments;
    }

    @Override
    RedisCluster start(RedisBinary binary) {
        return RedisCluster.start(binary, PRIMARIES, replicas, serverArguments);
    }

    /** A client that is told of all primaries. */
    public MultiplexedRedis client(MultiplexerOptions options) {
        return client(new RedisOptions(), options);
    }

    public MultiplexedRedis client(RedisClusterTransactions transactions) {
        return client(new RedisOptions().setClusterTransactions(transactions), new MultiplexerOptions());
    }

    public MultiplexedRedis client(RedisOptions redis, MultiplexerOptions options) {
        servers().urls().forEach(redis::addConnectionString);
        return client(RedisClientType.CLUSTER, redis, options);
    }
}
