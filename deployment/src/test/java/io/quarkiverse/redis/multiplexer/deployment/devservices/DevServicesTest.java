package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;

/** An application without a word about where its servers are. */
class DevServicesTest {

    private static final Formatter FORMATTER = new PatternFormatter("%s");
    private static final int PORT = RedisServer.freePort();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withEmptyApplication()
            .overrideConfigKey("quarkus.redis-multiplexer.devservices.mode", "embedded")
            .overrideConfigKey("quarkus.redis-multiplexer.named.devservices.port", String.valueOf(PORT))
            .overrideConfigKey("quarkus.redis-multiplexer.named.devservices.arguments", "--requirepass,p@ss: w+rd")
            .overrideConfigKey("quarkus.log.category.\"" + EmbeddedRedis.LOG_CATEGORY + "\".level", "DEBUG")
            .setLogRecordPredicate(record -> record.getLoggerName().equals(EmbeddedRedis.LOG_CATEGORY))
            .assertLogRecords(DevServicesTest::assertLog)
            .setAfterAllCustomizer(DevServicesTest::assertNothingIsLeft);

    @Inject
    RedisDataSource redis;

    @Inject
    @RedisClientName("named")
    RedisDataSource named;

    @ConfigProperty(name = "quarkus.redis-multiplexer.named.devservices.port")
    int port;

    @ConfigProperty(name = "quarkus.redis.hosts")
    String url;

    @ConfigProperty(name = "quarkus.redis.named.hosts")
    String namedUrl;

    @Test
    void everyClientHasItsServer() {
        redis.value(String.class).set("key", "default");
        named.value(String.class).set("key", "named");
        assertEquals("default", redis.value(String.class).get("key"));
        assertEquals("named", named.value(String.class).get("key"));
    }

    @Test
    void theUrlSaysWhereAndHow() {
        assertTrue(url.matches("redis://127.0.0.1:\\d+"), url);
        assertEquals("redis://:p%40ss%3A%20w%2Brd@127.0.0.1:" + port, namedUrl);
        try (RespClient client = new RespClient(port)) {
            assertThrows(IllegalStateException.class, () -> client.call("PING"));
            assertEquals("OK", client.call("AUTH", "p@ss: w+rd"));
            assertNull(client.call("GET", "absent"));
        }
    }

    private static void assertLog(List<LogRecord> records) {
        List<String> started = records.stream().filter(record -> record.getLevel().intValue() >= Level.INFO.intValue())
                .map(FORMATTER::format).toList();
        assertEquals(2, started.size(), started::toString);
        assertTrue(started.stream().anyMatch(line -> line.endsWith(" for the default Redis client")), started::toString);
        assertTrue(started.stream().anyMatch(line -> line.matches("Dev Services started \\w+ [0-9.]+ \\(.+\\) on 127.0.0.1:"
                + PORT + " for the Redis client \"named\"")), started::toString);
        assertTrue(records.stream().map(FORMATTER::format)
                .anyMatch(line -> line.startsWith("the default Redis client: ") && line.contains("Ready to accept")));
    }

    private static void assertNothingIsLeft() {
        assertThrows(UncheckedIOException.class, () -> new RespClient(PORT));
    }
}
