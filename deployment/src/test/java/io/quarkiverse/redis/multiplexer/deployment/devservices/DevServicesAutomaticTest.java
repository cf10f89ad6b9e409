package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Level;

import jakarta.inject.Inject;

import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;

/**
 * An application without any configuration has a server, with a container runtime or without, and no warnings about it; and so
 * has a named client, if as much of it is configured as quarkus-redis-client wants for that.
 */
class DevServicesAutomaticTest {

    private static final Formatter FORMATTER = new PatternFormatter("%c: %s");

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withApplicationRoot(jar -> jar.addClass(DevServicesAutomaticTest.class))
            .overrideConfigKey("quarkus.redis.named.devservices.enabled", "true")
            .setLogRecordPredicate(record -> record.getLevel().intValue() >= Level.WARNING.intValue()
                    && record.getLoggerName().startsWith("io.quarkus.redis"))
            .assertLogRecords(records -> assertEquals(List.of(), records.stream().map(FORMATTER::format).toList()));

    @Inject
    MultiplexedRedis multiplexed;

    @Inject
    RedisDataSource redis;

    @RedisClientName("named")
    RedisDataSource named;

    @Test
    void thereIsAServerForANamedClient() {
        named.value(String.class).set("key", "of the named client");
        redis.value(String.class).set("key", "of the default client");
        assertEquals("of the named client", named.value(String.class).get("key"));
    }

    @Test
    void thereIsAServer() {
        redis.value(String.class).set("key", "value");
        assertEquals("value", redis.value(String.class).get("key"));
        assertEquals(1, multiplexed.status().lanes().size());
    }
}
