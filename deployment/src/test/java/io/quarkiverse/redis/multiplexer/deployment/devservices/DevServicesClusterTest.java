package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;

/** An application with clients of the type cluster and one of the usual type, without a word about where their servers are. */
class DevServicesClusterTest {

    private static final Formatter FORMATTER = new PatternFormatter("%s");
    private static final int KEYS = 100;

    /** The property of the system with the port of a server, when the application has run: that loads this class anew. */
    private static final String PORT = DevServicesClusterTest.class.getName() + ".port";

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withEmptyApplication()
            .overrideConfigKey("quarkus.redis-multiplexer.devservices.mode", "embedded")
            .overrideConfigKey("quarkus.redis.client-type", "cluster")
            .overrideConfigKey("quarkus.redis.secured.client-type", "cluster")
            .overrideConfigKey("quarkus.redis-multiplexer.secured.devservices.cluster.replicas", "1")
            .overrideConfigKey("quarkus.redis-multiplexer.secured.devservices.arguments", "--requirepass,p@ss: w+rd")
            .overrideConfigKey("quarkus.redis.single.devservices.enabled", "true")
            .setLogRecordPredicate(record -> record.getLoggerName().equals(EmbeddedRedis.LOG_CATEGORY)
                    && record.getLevel().intValue() >= Level.INFO.intValue())
            .assertLogRecords(DevServicesClusterTest::assertLog)
            .setAfterAllCustomizer(() -> assertThrows(UncheckedIOException.class,
                    () -> new RespClient(Integer.parseInt(System.clearProperty(PORT)))));

    @Inject
    RedisDataSource redis;

    @Inject
    @RedisClientName("secured")
    RedisDataSource secured;

    @Inject
    @RedisClientName("single")
    RedisDataSource single;

    @ConfigProperty(name = "quarkus.redis.hosts")
    List<String> hosts;

    @ConfigProperty(name = "quarkus.redis.secured.hosts")
    List<String> securedHosts;

    @ConfigProperty(name = "quarkus.redis.single.hosts")
    String singleHost;

    @Test
    void everyClientHasServersOfItsOwn() {
        System.setProperty(PORT, hosts.get(0).replaceAll(".*:", ""));
        for (RedisDataSource each : List.of(redis, secured, single)) {
            assertEquals(1, each.key().del("key") + each.value(Long.class).incr("key"));
            assertEquals(1, each.value(Long.class).get("key"));
        }
    }

    @Test
    void allSlotsTakeKeys() {
        for (RedisDataSource cluster : List.of(redis, secured)) {
            IntStream.range(0, KEYS).forEach(i -> cluster.value(Integer.class).set("key" + i, i));
            IntStream.range(0, KEYS).forEach(i -> assertEquals(i, cluster.value(Integer.class).get("key" + i)));
        }
    }

    @Test
    void theHostsAreThePrimaries() {
        assertEquals(3, hosts.size());
        hosts.forEach(host -> assertTrue(host.matches("redis://127\\.0\\.0\\.1:\\d+"), host));
        assertEquals(3, securedHosts.size());
        securedHosts.forEach(host -> assertTrue(host.matches("redis://:p%40ss%3A%20w%2Brd@127\\.0\\.0\\.1:\\d+"), host));
        assertTrue(singleHost.matches("redis://127.0.0.1:\\d+"), singleHost);
    }

    private static void assertLog(List<LogRecord> records) {
        List<String> lines = records.stream().map(FORMATTER::format).toList();
        assertEquals(3, lines.size(), lines::toString);
        String server = "\\w+ [0-9.]+ \\(.+\\)";
        assertOne(lines, "Dev Services started a cluster of 3 primaries and 0 replicas of " + server
                + " on 127.0.0.1:\\d+,127.0.0.1:\\d+,127.0.0.1:\\d+ for the default Redis client");
        assertOne(lines, "Dev Services started a cluster of 3 primaries and 3 replicas of " + server
                + " on .* for the Redis client \"secured\"");
        assertOne(lines, "Dev Services started " + server + " on 127.0.0.1:\\d+ for the Redis client \"single\"");
    }

    private static void assertOne(List<String> lines, String pattern) {
        assertEquals(1, lines.stream().filter(line -> line.matches(pattern)).count(), () -> pattern + " in " + lines);
    }
}
