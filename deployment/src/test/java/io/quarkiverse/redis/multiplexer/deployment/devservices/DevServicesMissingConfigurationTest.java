package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkus.arc.InactiveBeanException;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;

/** An application that needs a named client of which nothing is configured does not start, and says which key to set. */
class DevServicesMissingConfigurationTest {

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest().withEmptyApplication()
            .assertException(failure -> {
                // Another class loader's.
                assertEquals(InactiveBeanException.class.getName(), failure.getClass().getName());
                assertTrue(failure.getMessage().contains("'quarkus.redis.nowhere-configured.hosts'"), failure.getMessage());
            });

    @Inject
    @RedisClientName("nowhere-configured")
    MultiplexedRedis multiplexed;
    @Inject
    @RedisClientName("nowhere-configured")
    RedisDataSource dataSource;

    @Test
    void theStartFails() {
        fail("The application has started");
    }
}
