package io.quarkiverse.redis.multiplexer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;

/** The client in plain Java, on a real server. */
class MultiplexedRedisTest {

    private RedisServer server;
    private Vertx vertx;
    private MultiplexedRedis redis;

    @BeforeEach
    void start() {
        server = RedisServer.start();
        vertx = Vertx.vertx();
        redis = MultiplexedRedis.create(vertx, new RedisOptions().setConnectionString(server.url()), new MultiplexerOptions());
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
        server.close();
    }

    @Test
    void aCommandIsAnswered() throws Exception {
        await(redis.send(Request.cmd(Command.SET).arg("key").arg("value")));
        assertEquals("value", await(redis.send(Request.cmd(Command.GET).arg("key"))).toString());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
