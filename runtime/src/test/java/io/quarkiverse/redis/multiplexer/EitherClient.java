package io.quarkiverse.redis.multiplexer;

import java.time.Duration;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.runtime.datasource.BlockingRedisDataSourceImpl;
import io.quarkus.redis.runtime.datasource.ReactiveRedisDataSourceImpl;
import io.vertx.core.Vertx;
import io.vertx.mutiny.redis.client.RedisAPI;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;

/** The stock client and ours, with their defaults, and what Quarkus makes of each: to try the same on both. */
enum EitherClient {

    STOCK {
        @Override
        Redis create(Vertx vertx, RedisOptions options) {
            return Redis.createClient(vertx, options);
        }
    },
    MULTIPLEXED {
        @Override
        Redis create(Vertx vertx, RedisOptions options) {
            return MultiplexedRedis.create(vertx, options, new MultiplexerOptions());
        }
    };

    abstract Redis create(Vertx vertx, RedisOptions options);

    static ReactiveRedisDataSource reactive(Vertx vertx, Redis redis) {
        io.vertx.mutiny.redis.client.Redis mutiny = io.vertx.mutiny.redis.client.Redis.newInstance(redis);
        return new ReactiveRedisDataSourceImpl(io.vertx.mutiny.core.Vertx.newInstance(vertx), mutiny, RedisAPI.api(mutiny));
    }

    static RedisDataSource blocking(Vertx vertx, Redis redis) {
        io.vertx.mutiny.redis.client.Redis mutiny = io.vertx.mutiny.redis.client.Redis.newInstance(redis);
        return new BlockingRedisDataSourceImpl(io.vertx.mutiny.core.Vertx.newInstance(vertx), mutiny, RedisAPI.api(mutiny),
                Duration.ofSeconds(10));
    }
}
