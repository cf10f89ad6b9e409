package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;
import io.vertx.mutiny.redis.client.Redis;

class InjectionTest {

    private static final RedisServer SERVER = RedisServer.start();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withEmptyApplication()
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .setAfterAllCustomizer(SERVER::close);

    @Inject
    MultiplexedRedis multiplexed;

    @Inject
    RedisDataSource dataSource;

    @Inject
    Redis mutiny;

    @Test
    void everythingGoesThroughTheMultiplexedClient() {
        dataSource.value(String.class).set("key", "value");
        assertEquals("value", dataSource.value(String.class).get("key"));
        long commands = multiplexed.status().lanes().stream().mapToLong(lane -> lane.commands()).sum();
        assertEquals(2, commands);
    }
}
