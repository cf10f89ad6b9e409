package io.quarkiverse.redis.multiplexer.faults;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
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
        public Contestant create(ClientSetup setup, String host, Profile profile) {
            Gaps gaps = new Gaps();
            MultiplexerOptions options = setup.options(profile).setListener(gaps);
            return new VertxContestant(profile.eventLoops(), vertx -> MultiplexedRedis.create(vertx, options(setup), options),
                    gaps);
        }
    },
    /** With so large a pool that its size is not what is found out about. */
    stock {
        @Override
        Contestant create(String url, Profile profile) {
            RedisOptions options = options(url).setMaxPoolSize(STOCK_POOL_SIZE).setMaxPoolWaiting(STOCK_WAITING);
            return new VertxContestant(profile.eventLoops(), vertx -> Redis.createClient(vertx, options));
        }

        /** It is to listen to what sentinels say, too, which it does not by default. */
        @Override
        public Contestant create(ClientSetup setup, String host, Profile profile) {
            RedisOptions options = options(setup).setMaxPoolSize(STOCK_POOL_SIZE).setMaxPoolWaiting(STOCK_WAITING)
                    .setAutoFailover(setup.topology() == ServerTopology.sentinel);
            return new VertxContestant(profile.eventLoops(), vertx -> Redis.createClient(vertx, options));
        }
    },
    lettuce {
        @Override
        Contestant create(String url, Profile profile) {
            return new LettuceContestant(profile.eventLoops(), url, profile.commandTimeout());
        }

        @Override
        public Contestant create(ClientSetup setup, String host, Profile profile) {
            return switch (setup.topology()) {
                case cluster -> new LettuceClusterContestant(profile.eventLoops(), setup, host, profile.commandTimeout());
                case sentinel -> LettucePrimaryContestant.ofSentinels(profile.eventLoops(), setup, profile.commandTimeout());
                case replication -> LettucePrimaryContestant.ofServers(profile.eventLoops(), setup, profile.commandTimeout());
                case standalone -> throw new UnsupportedOperationException();
            };
        }
    };

    private static final int STOCK_POOL_SIZE = 64;
    private static final int STOCK_WAITING = 4096;

    abstract Contestant create(String url, Profile profile);

    /**
     * One that has more than one server.
     *
     * @param host of all nodes, if it is a cluster
     */
    public abstract Contestant create(ClientSetup setup, String host, Profile profile);

    private static RedisOptions options(String url) {
        return new RedisOptions().setConnectionString(url).setPoolName("faults");
    }

    private static RedisOptions options(ClientSetup setup) {
        RedisClientType type = switch (setup.topology()) {
            case cluster -> RedisClientType.CLUSTER;
            case sentinel -> RedisClientType.SENTINEL;
            case replication -> RedisClientType.REPLICATION;
            case standalone -> RedisClientType.STANDALONE;
        };
        RedisOptions options = new RedisOptions().setType(type).setPoolName("faults").setMasterName(setup.primaryName())
                .setUseReplicas(setup.replicas()).setTopology(setup.discovery())
                .setClusterTransactions(RedisClusterTransactions.SINGLE_NODE);
        setup.urls().forEach(options::addConnectionString);
        return options;
    }
}
