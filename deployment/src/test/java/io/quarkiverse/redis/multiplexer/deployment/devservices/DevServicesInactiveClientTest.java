package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkus.arc.InjectableInstance;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;

/**
 * A named client of which nothing is configured is deactivated, as the Redis client does it, even where a server could be
 * started for it: an application that asks whether it is active gets the answer that it would get in production.
 */
class DevServicesInactiveClientTest {

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest().withEmptyApplication()
            .overrideConfigKey("quarkus.redis-multiplexer.devservices.mode", "embedded");

    @Inject
    MultiplexedRedis byDefault;

    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<MultiplexedRedis> multiplexed;
    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<Redis> bare;
    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<RedisAPI> bareApi;
    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<io.vertx.mutiny.redis.client.Redis> mutiny;
    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<io.vertx.mutiny.redis.client.RedisAPI> mutinyApi;
    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<RedisDataSource> dataSource;
    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<ReactiveRedisDataSource> reactiveDataSource;

    @Test
    void aNamedClientWithoutConfigurationIsInactive() {
        assertTrue(byDefault.status().running());
        Stream.of(multiplexed, bare, bareApi, mutiny, mutinyApi, dataSource, reactiveDataSource)
                .forEach(client -> assertEquals(List.of(), client.listActive()));
    }
}
