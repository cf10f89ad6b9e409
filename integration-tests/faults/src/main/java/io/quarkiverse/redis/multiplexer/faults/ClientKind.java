package io.quarkiverse.redis.multiplexer.faults;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;

/** The clients that can be compared. */
enum ClientKind {

    multiplexer {
        @Override
        Contestant create(String url, Profile profile) {
            MultiplexerOptions options = new MultiplexerOptions().setCommandTimeout(profile.commandTimeout())
                    .setLivenessTimeout(profile.livenessTimeout());
            return new VertxContestant(profile.eventLoops(), vertx -> MultiplexedRedis.create(vertx, options(url), options));
        }
    },
    /** With so large a pool that its size is not what is found out about. */
    stock {
        @Override
        Contestant create(String url, Profile profile) {
            RedisOptions options = options(url).setMaxPoolSize(STOCK_POOL_SIZE).setMaxPoolWaiting(STOCK_WAITING);
            return new VertxContestant(profile.eventLoops(), vertx -> Redis.createClient(vertx, options));
        }
    },
    lettuce {
        @Override
        Contestant create(String url, Profile profile) {
            return new LettuceContestant(profile.eventLoops(), url, profile.commandTimeout());
        }
    };

    private static final int STOCK_POOL_SIZE = 64;
    private static final int STOCK_WAITING = 4096;

    abstract Contestant create(String url, Profile profile);

    private static RedisOptions options(String url) {
        return new RedisOptions().setConnectionString(url).setPoolName("faults");
    }
}
