package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkus.test.QuarkusUnitTest;

/** What is in its range, and yet does not fit what else is configured. */
class BadCombinationTest {

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest().withEmptyApplication()
            .overrideConfigKey("quarkus.devservices.enabled", "false")
            .overrideRuntimeConfigKey("quarkus.redis.hosts", "redis://localhost:1")
            .overrideRuntimeConfigKey("quarkus.redis.timeout", "0s")
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.other.reconnect.initial", "2s")
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.other.reconnect.max", "1s")
            .assertException(failure -> assertEquals(List.of(
                    "quarkus.redis-multiplexer.\"other\".reconnect.max is PT1S, but must be at least reconnect.initial, which is PT2S",
                    "quarkus.redis-multiplexer.command-timeout is PT0S, but must be at least 1 ms"
                            + " (it is not configured; its default comes from quarkus.redis.timeout)"),
                    failure.getMessage().lines().sorted().toList()));

    @Test
    void theStartFails() {
        fail("The application has started");
    }
}
