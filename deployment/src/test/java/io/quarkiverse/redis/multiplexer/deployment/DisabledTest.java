package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.runtime.ClientRegistry;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;

class DisabledTest {

    private static final RedisServer SERVER = RedisServer.prepare();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .withEmptyApplication()
            .overrideConfigKey("quarkus.redis-multiplexer.enabled", "false");

    @Inject
    RedisDataSource dataSource;

    @Test
    void theStockClientIsBack() {
        dataSource.value(String.class).set("key", "value");
        assertEquals("value", dataSource.value(String.class).get("key"));
        assertFalse(ClientRegistry.instance().client("<default>").isBound());
    }
}
