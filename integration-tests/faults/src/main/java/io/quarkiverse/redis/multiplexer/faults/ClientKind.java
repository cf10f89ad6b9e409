package io.quarkiverse.redis.multiplexer.faults;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;

/** The clients that can be compared. */
enum ClientKind {

    multiplexer {
        @Override
        Contestant create(Vertx vertx, String url, Profile profile) {
            return new VertxContestant(MultiplexedRedis.create(vertx, options(url), new MultiplexerOptions()
                    .setCommandTimeout(profile.commandTimeout()).setLivenessTimeout(profile.livenessTimeout())));
        }
    },
    /** With so large a pool that its size is not what is found out about. */
    stock {
        @Override
        Contestant create(Vertx vertx, String url, Profile profile) {
            return new VertxContestant(
                    Redis.createClient(vertx, options(url).setMaxPoolSize(STOCK_POOL_SIZE).setMaxPoolWaiting(STOCK_WAITING)));
        }
    },
    lettuce {
        @Override
        Contestant create(Vertx vertx, String url, Profile profile) {
            return new LettuceContestant(url, profile.commandTimeout());
        }
    };

    private static final int STOCK_POOL_SIZE = 64;
    private static final int STOCK_WAITING = 4096;

    abstract Contestant create(Vertx vertx, String url, Profile profile);

    private static RedisOptions options(String url) {
        return new RedisOptions().setConnectionString(url).setPoolName("faults");
    }
}
