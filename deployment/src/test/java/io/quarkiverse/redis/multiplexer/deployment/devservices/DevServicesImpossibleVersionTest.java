package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.QuarkusUnitTest;

class DevServicesImpossibleVersionTest {

    private static final String KEY = "quarkus.redis-multiplexer.devservices.version";

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withEmptyApplication()
            .overrideConfigKey("quarkus.redis-multiplexer.devservices.mode", "embedded")
            .overrideConfigKey(KEY, "99.1")
            .assertException(failure -> {
                assertTrue(failure instanceof ConfigurationException, failure::toString);
                assertTrue(failure.getMessage().startsWith("Dev Services cannot start a server for the default Redis client: "
                        + "there is no Redis server of version 99.1 or newer, only "), failure::toString);
                assertTrue(failure.getMessage().contains("change " + KEY), failure::toString);
            });

    @Test
    void theStartFails() {
        fail("The application has started");
    }
}
