package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkus.test.QuarkusUnitTest;

class DevServicesDisabledWithExtensionTest {

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withEmptyApplication()
            .overrideConfigKey("quarkus.redis-multiplexer.enabled", "false")
            .overrideConfigKey("quarkus.redis-multiplexer.devservices.mode", "embedded")
            .overrideConfigKey("quarkus.redis-multiplexer.named.devservices.mode", "embedded")
            .setLogRecordPredicate(record -> record.getLoggerName().equals(EmbeddedRedis.LOG_CATEGORY))
            .assertLogRecords(records -> assertEquals(List.of(), records));

    // Not that of the default client, which has a container where there is a container runtime.
    @ConfigProperty(name = "quarkus.redis.named.hosts")
    Optional<String> hosts;

    @Test
    void noServerIsStarted() {
        assertEquals(Optional.empty(), hosts);
    }
}
