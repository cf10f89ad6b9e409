package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.QuarkusUnitTest;

class DevServicesTakenPortTest {

    private static final String KEY = "quarkus.redis-multiplexer.devservices.port";
    private static final RedisServer OTHER = RedisServer.prepare();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(OTHER::run)
            .withEmptyApplication()
            .overrideConfigKey("quarkus.redis-multiplexer.devservices.mode", "embedded")
            .overrideConfigKey(KEY, String.valueOf(OTHER.port()))
            .assertException(failure -> {
                assertTrue(failure instanceof ConfigurationException, failure::toString);
                assertTrue(failure.getMessage().startsWith("Dev Services cannot start a server for the default Redis client: "
                        + "port " + OTHER.port() + " is taken; change " + KEY), failure::toString);
            })
            .setAfterAllCustomizer(OTHER::close);

    @Test
    void theStartFails() {
        fail("The application has started");
    }
}
