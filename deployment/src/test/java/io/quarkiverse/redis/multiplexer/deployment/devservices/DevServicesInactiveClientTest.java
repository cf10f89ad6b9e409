package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.arc.InjectableInstance;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;

/**
 * A named client of which nothing is configured is deactivated, as the Redis client does it, even where a server could be
 * started for it: an application that asks whether it is active gets the answer that it would get in production. One that is
 * switched off has no server started for it, whatever is configured of that.
 */
class DevServicesInactiveClientTest {

    private static final Formatter FORMATTER = new PatternFormatter("%s");
    private static final int PORT = RedisServer.freePort();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest().withEmptyApplication()
            .overrideConfigKey("quarkus.redis-multiplexer.devservices.mode", "embedded")
            .overrideConfigKey("quarkus.redis.\"switched-off\".active", "false")
            .overrideConfigKey("quarkus.redis-multiplexer.\"switched-off\".devservices.mode", "embedded")
            .overrideConfigKey("quarkus.redis-multiplexer.\"switched-off\".devservices.port", String.valueOf(PORT))
            .overrideConfigKey("quarkus.log.category.\"" + EmbeddedRedis.LOG_CATEGORY + "\".level", "DEBUG")
            .setLogRecordPredicate(record -> record.getLoggerName().equals(EmbeddedRedis.LOG_CATEGORY))
            .assertLogRecords(DevServicesInactiveClientTest::assertOneServer);

    @Inject
    MultiplexedRedis byDefault;

    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<MultiplexedRedis> multiplexed;
    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<Redis> bare;
    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<RedisAPI> bareApi;
    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<io.vertx.mutiny.redis.client.Redis> mutiny;
    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<io.vertx.mutiny.redis.client.RedisAPI> mutinyApi;
    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<RedisDataSource> dataSource;
    @Inject
    @RedisClientName("nowhere-configured")
    InjectableInstance<ReactiveRedisDataSource> reactiveDataSource;

    @Inject
    @RedisClientName("switched-off")
    InjectableInstance<MultiplexedRedis> switchedOff;

    @Test
    void aNamedClientWithoutConfigurationIsInactive() {
        assertTrue(byDefault.status().running());
        Stream.of(multiplexed, bare, bareApi, mutiny, mutinyApi, dataSource, reactiveDataSource)
                .forEach(client -> assertEquals(List.of(), client.listActive()));
    }

    @Test
    void forAClientThatIsSwitchedOffNoServerIsStarted() {
        assertEquals(List.of(), switchedOff.listActive());
        assertThrows(UncheckedIOException.class, () -> new RespClient(PORT));
    }

    /** Each line that a server writes is logged, with the client that it is for. */
    private static void assertOneServer(List<LogRecord> records) {
        List<String> lines = records.stream().map(FORMATTER::format).toList();
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("the default Redis client: ")), lines::toString);
        assertTrue(lines.stream().noneMatch(line -> line.contains("switched-off")), lines::toString);
    }
}
