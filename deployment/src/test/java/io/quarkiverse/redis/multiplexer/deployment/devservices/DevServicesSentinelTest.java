package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;

/** An application with clients of the types sentinel and replication, without a word about where their servers are. */
class DevServicesSentinelTest {

    private static final Formatter FORMATTER = new PatternFormatter("%s");
    private static final String PASSWORD = "p@ss: w+rd";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /**
     * The property of the system with ports of servers and sentinels, when the application has run: that loads this class anew.
     */
    private static final String PORTS = DevServicesSentinelTest.class.getName() + ".ports";

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withEmptyApplication()
            .overrideConfigKey("quarkus.redis-multiplexer.devservices.mode", "embedded")
            .overrideConfigKey("quarkus.redis.client-type", "sentinel")
            .overrideConfigKey("quarkus.redis.secured.client-type", "sentinel")
            .overrideConfigKey("quarkus.redis.secured.master-name", "orders")
            .overrideConfigKey("quarkus.redis-multiplexer.secured.devservices.replicas", "1")
            .overrideConfigKey("quarkus.redis-multiplexer.secured.devservices.arguments", "--requirepass," + PASSWORD)
            .overrideConfigKey("quarkus.redis.replicated.client-type", "replication")
            .overrideConfigKey("quarkus.redis-multiplexer.replicated.devservices.replicas", "1")
            .overrideConfigKey("quarkus.redis.static.client-type", "replication")
            .overrideConfigKey("quarkus.redis.static.topology", "static")
            .overrideConfigKey("quarkus.redis-multiplexer.static.devservices.replicas", "0")
            .setLogRecordPredicate(record -> record.getLoggerName().equals(EmbeddedRedis.LOG_CATEGORY)
                    && record.getLevel().intValue() >= Level.INFO.intValue())
            .assertLogRecords(DevServicesSentinelTest::assertLog)
            .setAfterAllCustomizer(DevServicesSentinelTest::assertNothingIsLeft);

    @Inject
    RedisDataSource redis;

    @Inject
    @RedisClientName("secured")
    RedisDataSource secured;

    @Inject
    @RedisClientName("replicated")
    RedisDataSource replicated;

    @Inject
    @RedisClientName("static")
    RedisDataSource firstHost;

    @ConfigProperty(name = "quarkus.redis.hosts")
    List<String> hosts;

    @ConfigProperty(name = "quarkus.redis.secured.hosts")
    List<String> securedHosts;

    @ConfigProperty(name = "quarkus.redis.replicated.hosts")
    List<String> replicatedHosts;

    @Test
    void everyClientHasServersOfItsOwn() {
        for (RedisDataSource each : List.of(redis, secured, replicated, firstHost)) {
            each.key().del("key");
            assertEquals(1, each.value(Long.class).incr("key"));
            each.value(String.class).set("text", "written");
            assertEquals("written", each.value(String.class).get("text"));
        }
    }

    @Test
    void theHostsAreSentinelsOrServers() {
        assertEquals(3, hosts.size());
        hosts.forEach(host -> assertTrue(host.matches("redis://127\\.0\\.0\\.1:\\d+"), host));
        assertEquals(3, securedHosts.size());
        securedHosts.forEach(host -> assertTrue(host.matches("redis://:p%40ss%3A%20w%2Brd@127\\.0\\.0\\.1:\\d+"), host));
        assertEquals(2, replicatedHosts.size());
        System.setProperty(PORTS, port(hosts.get(0)) + "," + port(securedHosts.get(0)) + "," + port(replicatedHosts.get(0)));
    }

    @Test
    void aFailoverIsFollowedWithoutAFailure() throws InterruptedException {
        failOver(redis, port(hosts.get(0)), "mymaster", "");
        failOver(secured, port(securedHosts.get(0)), "orders", PASSWORD);
    }

    /** Writes all the time. What the old primary acknowledges until sentinels have told of the new one may be lost. */
    private static void failOver(RedisDataSource client, int sentinel, String name, String password)
            throws InterruptedException {
        int old = server(client);
        try (RespClient connection = new RespClient(sentinel)) {
            if (!password.isEmpty()) {
                connection.call("AUTH", password);
            }
            assertEquals("OK", connection.call("SENTINEL", "FAILOVER", name));
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (server(client) == old && System.nanoTime() < deadline) {
                client.value(Long.class).incr("count");
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertNotEquals(old, server(client));
            List<?> address = (List<?>) connection.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name);
            assertEquals(String.valueOf(server(client)), address.get(1));
        }
        client.value(String.class).set("after", "written");
        assertEquals("written", client.value(String.class).get("after"));
    }

    /** The port of the one that answers. */
    private static int server(RedisDataSource client) {
        return client.execute("INFO", "server").toString().lines().filter(line -> line.startsWith("tcp_port:")).findFirst()
                .map(line -> Integer.parseInt(line.substring("tcp_port:".length()))).orElseThrow();
    }

    private static int port(String host) {
        return Integer.parseInt(host.replaceAll(".*:", ""));
    }

    private static void assertLog(List<LogRecord> records) {
        List<String> lines = records.stream().map(FORMATTER::format).toList();
        assertEquals(4, lines.size(), lines::toString);
        String server = "\\w+ [0-9.]+ \\(.+\\)";
        String three = "127.0.0.1:\\d+,127.0.0.1:\\d+,127.0.0.1:\\d+";
        assertOne(lines, "Dev Services started a primary and 2 replicas, watched as mymaster by 3 sentinels, of " + server
                + " on " + three + " for the default Redis client");
        assertOne(lines, "Dev Services started a primary and 1 replica, watched as orders by 3 sentinels, of " + server
                + " on " + three + " for the Redis client \"secured\"");
        assertOne(lines, "Dev Services started a primary and 1 replica of " + server
                + " on 127.0.0.1:\\d+,127.0.0.1:\\d+ for the Redis client \"replicated\"");
        assertOne(lines, "Dev Services started a primary and 0 replicas of " + server
                + " on 127.0.0.1:\\d+ for the Redis client \"static\"");
    }

    private static void assertOne(List<String> lines, String pattern) {
        assertEquals(1, lines.stream().filter(line -> line.matches(pattern)).count(), () -> pattern + " in " + lines);
    }

    private static void assertNothingIsLeft() {
        List<Integer> ports = Stream.of(System.clearProperty(PORTS).split(",")).map(Integer::valueOf).toList();
        assertEquals(3, ports.size());
        ports.forEach(port -> assertThrows(UncheckedIOException.class, () -> new RespClient(port)));
    }
}
