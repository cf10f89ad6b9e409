package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.deployment.client.DevServicesRedisProcessor;
import io.quarkus.test.QuarkusUnitTest;

/** Clients that are not injected but looked up are there in mode embedded as they are with a container. */
class DevServicesLookupTest {

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withEmptyApplication()
            .overrideConfigKey("quarkus.redis-multiplexer.devservices.mode", "embedded")
            .overrideConfigKey("quarkus.redis.looked-up.devservices.enabled", "true")
            // It complains when it wants to start a container and cannot.
            .setLogRecordPredicate(record -> record.getLoggerName().equals(DevServicesRedisProcessor.class.getName())
                    && record.getMessage().startsWith("Please configure"))
            .assertLogRecords(records -> assertEquals(List.of(), records));

    @Inject
    @Any
    Instance<RedisDataSource> redis;

    @Inject
    @Any
    Instance<MultiplexedRedis> multiplexed;

    @Test
    void theClientsHaveTheirServers() {
        RedisDataSource named = redis.select(RedisClientName.Literal.of("looked-up")).get();
        RedisDataSource unnamed = redis.select(Default.Literal.INSTANCE).get();
        named.value(String.class).set("key", "named");
        unnamed.value(String.class).set("key", "unnamed");
        assertEquals("named", named.value(String.class).get("key"));
        assertEquals("unnamed", unnamed.value(String.class).get("key"));
        assertEquals(1, multiplexed.select(RedisClientName.Literal.of("looked-up")).get().status().lanes().size());
    }
}
