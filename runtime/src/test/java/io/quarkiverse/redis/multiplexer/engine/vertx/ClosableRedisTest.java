package io.quarkiverse.redis.multiplexer.engine.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

class ClosableRedisTest {

    private final List<String> told = new ArrayList<>();

    private final ClosableRedis redis = new ClosableRedis() {

        @Override
        protected Future<Void> closed() {
            told.add("closed");
            return Future.failedFuture("by hand");
        }

        @Override
        public Future<RedisConnection> connect() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Response> send(Request command) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<List<Response>> batch(List<Request> commands) {
            throw new UnsupportedOperationException();
        }
    };

    @Test
    void whoClosesItClosesTheClient() {
        ((Redis) redis).close();

        assertEquals(List.of("closed"), told);
    }
}
