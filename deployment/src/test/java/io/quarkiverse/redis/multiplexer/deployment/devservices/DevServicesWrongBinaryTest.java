package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.QuarkusUnitTest;

class DevServicesWrongBinaryTest {

    private static final String KEY = "quarkus.redis-multiplexer.named.devservices.binary";

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withEmptyApplication()
            .overrideConfigKey("quarkus.redis-multiplexer.devservices.mode", "embedded")
            .overrideConfigKey(KEY, "/bin/sh")
            .assertException(failure -> {
                assertTrue(failure instanceof ConfigurationException, failure::toString);
                assertTrue(failure.getMessage().startsWith("Dev Services cannot start a server for the Redis client \"named\": "
                        + "/bin/sh is not a Redis server"), failure::toString);
                assertTrue(failure.getMessage().endsWith("change " + KEY), failure::toString);
            });

    @Test
    void theStartFails() {
        fail("The application has started");
    }
}
