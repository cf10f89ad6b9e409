package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkus.test.QuarkusUnitTest;

class DevServicesDisabledGloballyTest {

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withEmptyApplication()
            .overrideConfigKey("quarkus.devservices.enabled", "false")
            .setLogRecordPredicate(record -> record.getLoggerName().equals(EmbeddedRedis.LOG_CATEGORY))
            .assertLogRecords(records -> assertEquals(List.of(), records));

    @ConfigProperty(name = "quarkus.redis.hosts")
    Optional<String> hosts;

    @Test
    void noServerIsStarted() {
        assertEquals(Optional.empty(), hosts);
    }
}
