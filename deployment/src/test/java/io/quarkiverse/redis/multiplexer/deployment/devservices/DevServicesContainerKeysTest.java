package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Level;

import jakarta.inject.Inject;

import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;

/** Whoever has configured a container, and gets an embedded server, is told what of that it does not follow. */
class DevServicesContainerKeysTest {

    private static final Formatter FORMATTER = new PatternFormatter("%s");

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest().withEmptyApplication()
            .overrideConfigKey("quarkus.redis-multiplexer.devservices.mode", "embedded")
            .overrideConfigKey("quarkus.redis.devservices.image-name", "redis/redis-stack:latest")
            .overrideConfigKey("quarkus.redis.devservices.container-env.REDIS_ARGS", "--requirepass s3cr3t")
            .setLogRecordPredicate(record -> record.getLoggerName().equals(EmbeddedRedis.LOG_CATEGORY)
                    && record.getLevel().intValue() >= Level.WARNING.intValue())
            .assertLogRecords(records -> {
                assertEquals(1, records.size());
                String warning = FORMATTER.format(records.get(0));
                for (String part : List.of("quarkus.redis.devservices.image-name=redis/redis-stack:latest",
                        "quarkus.redis.devservices.container-env.REDIS_ARGS:", " modules",
                        "quarkus.redis-multiplexer.devservices.binary")) {
                    assertTrue(warning.contains(part), () -> part + " is not in " + warning);
                }
                assertTrue(!warning.contains("s3cr3t"), warning);
            });

    @Inject
    RedisDataSource redis;

    @Test
    void thereIsAServer() {
        redis.value(String.class).set("key", "value");
        assertEquals("value", redis.value(String.class).get("key"));
    }
}
