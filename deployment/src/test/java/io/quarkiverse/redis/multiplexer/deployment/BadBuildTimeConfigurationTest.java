package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkus.test.QuarkusUnitTest;

/** The Dev Services of every client that gets one are looked at before any server is started. */
class BadBuildTimeConfigurationTest {

    private static final String OURS = "quarkus.redis-multiplexer.";

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest().withEmptyApplication()
            .overrideConfigKey(OURS + "devservices.mode", "embedded")
            .overrideConfigKey(OURS + "devservices.port", "70000")
            .overrideConfigKey(OURS + "devservices.version", "newest")
            .overrideConfigKey(OURS + "other.devservices.port", "0")
            .assertException(failure -> {
                for (String problem : List.of(
                        OURS + "devservices.port or quarkus.redis.devservices.port is 70000, but must be within 1 and 65535",
                        OURS + "devservices.version: ",
                        OURS + "other.devservices.port or quarkus.redis.other.devservices.port is 0, but must be within")) {
                    assertTrue(failure.getMessage().lines().anyMatch(line -> line.startsWith(problem)),
                            () -> problem + " is not in " + failure.getMessage());
                }
            });

    @Test
    void theStartFails() {
        fail("The application has started");
    }
}
