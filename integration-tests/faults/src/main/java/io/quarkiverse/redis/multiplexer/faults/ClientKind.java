package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisClusterTransactions;
import io.vertx.redis.client.RedisOptions;

/** The clients that can be compared. */
public enum ClientKind {

    multiplexer {
        @Override
        Contestant create(String url, Profile profile) {
            MultiplexerOptions options = new MultiplexerOptions().setCommandTimeout(profile.commandTimeout())
                    .setLivenessTimeout(profile.livenessTimeout());
            return new VertxContestant(profile.eventLoops(), vertx -> MultiplexedRedis.create(vertx, options(url), options));
        }

        @Override
        public Contestant create(List<String> urls, String host, Profile profile) {
            Gaps gaps = new Gaps();
            MultiplexerOptions options = new MultiplexerOptions().setCommandTimeout(profile.commandTimeout())
                    .setLivenessTimeout(profile.livenessTimeout()).setListener(gaps);
            return new VertxContestant(profile.eventLoops(), vertx -> MultiplexedRedis.create(vertx, options(urls), options),
                    gaps);
        }

        @Override
        Contestant create(ServerTopology topology, List<String> urls, Profile profile) {
            MultiplexerOptions options = new MultiplexerOptions().setCommandTimeout(profile.commandTimeout())
                    .setLivenessTimeout(profile.livenessTimeout());
            return new VertxContestant(profile.eventLoops(),
                    vertx -> MultiplexedRedis.create(vertx, options(topology, urls), options));
        }
    },
    /** With so large a pool that its size is not what is found out about. */
    stock {
        @Override
        Contestant create(String url, Profile profile) {
            RedisOptions options = options(url).setMaxPoolSize(STOCK_POOL_SIZE).setMaxPoolWaiting(STOCK_WAITING);
            return new VertxContestant(profile.eventLoops(), vertx -> Redis.createClient(vertx, options));
        }

        @Override
        public Contestant create(List<String> urls, String host, Profile profile) {
            RedisOptions options = options(urls).setMaxPoolSize(STOCK_POOL_SIZE).setMaxPoolWaiting(STOCK_WAITING);
            return new VertxContestant(profile.eventLoops(), vertx -> Redis.createClient(vertx, options));
        }

        /** It is to listen to what sentinels say, too, which it does not by default. */
        @Override
        Contestant create(ServerTopology topology, List<String> urls, Profile profile) {
            RedisOptions options = options(topology, urls).setMaxPoolSize(STOCK_POOL_SIZE).setMaxPoolWaiting(STOCK_WAITING)
                    .setAutoFailover(topology == ServerTopology.sentinel);
            return new VertxContestant(profile.eventLoops(), vertx -> Redis.createClient(vertx, options));
        }
    },
    lettuce {
        @Override
        Contestant create(String url, Profile profile) {
            return new LettuceContestant(profile.eventLoops(), url, profile.commandTimeout());
        }

        @Override
        public Contestant create(List<String> urls, String host, Profile profile) {
            return new LettuceClusterContestant(profile.eventLoops(), urls, host, profile.commandTimeout());
        }

        @Override
        Contestant create(ServerTopology topology, List<String> urls, Profile profile) {
            return topology == ServerTopology.sentinel
                    ? LettucePrimaryContestant.ofSentinels(profile.eventLoops(), urls, profile.commandTimeout())
                    : LettucePrimaryContestant.ofServers(profile.eventLoops(), urls, profile.commandTimeout());
        }
    };

    private static final int STOCK_POOL_SIZE = 64;
    private static final int STOCK_WAITING = 4096;

    abstract Contestant create(String url, Profile profile);

    /**
     * One of a cluster.
     *
     * @param urls of some nodes
     * @param host of all nodes
     */
    public abstract Contestant create(List<String> urls, String host, Profile profile);

    /**
     * One of the primary among servers that replicate.
     *
     * @param urls of the sentinels, or of the servers if there are none
     */
    abstract Contestant create(ServerTopology topology, List<String> urls, Profile profile);

    private static RedisOptions options(ServerTopology topology, List<String> urls) {
        RedisOptions options = new RedisOptions().setPoolName("faults").setMasterName(RedisSentinels.NAME)
                .setType(topology == ServerTopology.sentinel ? RedisClientType.SENTINEL : RedisClientType.REPLICATION);
        urls.forEach(options::addConnectionString);
        return options;
    }

    private static RedisOptions options(String url) {
        return new RedisOptions().setConnectionString(url).setPoolName("faults");
    }

    private static RedisOptions options(List<String> urls) {
        RedisOptions options = new RedisOptions().setType(RedisClientType.CLUSTER)
                .setClusterTransactions(RedisClusterTransactions.SINGLE_NODE).setPoolName("faults");
        urls.forEach(options::addConnectionString);
        return options;
    }
}
