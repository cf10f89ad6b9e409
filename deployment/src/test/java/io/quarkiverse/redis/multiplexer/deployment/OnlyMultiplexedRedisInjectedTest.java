package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.test.QuarkusUnitTest;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

class OnlyMultiplexedRedisInjectedTest {

    private static final RedisServer SERVER = RedisServer.prepare();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .withEmptyApplication();

    @Inject
    MultiplexedRedis redis;

    @Test
    void theDefaultClientIsMadeForIt() {
        assertEquals("PONG", redis.send(Request.cmd(Command.PING)).toCompletionStage().toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS).join().toString());
    }
}
