package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;

/** A Unix socket without a native transport, which Vert.x 4 needs for it. */
class MissingNativeTransportTest {

    @Test
    void itIsToldWithTheKey() throws Exception {
        Vertx plain = Vertx.vertx();
        try {
            MultiplexedRedis redis = MultiplexedRedis.create(plain,
                    new RedisOptions().setConnectionString("unix:///nowhere/redis.sock"), new MultiplexerOptions());
            Throwable failure = awaitFailure(redis.send(request(Command.PING)));
            assertInstanceOf(ConnectionLostException.class, failure);
            assertTrue(failure.getMessage().contains("quarkus.vertx.prefer-native-transport=true"), failure.getMessage());
            redis.close();
        } finally {
            await(plain.close());
        }
    }
}
