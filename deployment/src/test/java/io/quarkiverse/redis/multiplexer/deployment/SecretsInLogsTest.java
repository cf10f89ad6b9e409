package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.logging.LogRecord;

import jakarta.inject.Inject;

import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;

/** Passwords of the configuration, good ones and bad ones, are in no log of an application that logs everything. */
class SecretsInLogsTest {

    private static final String SECRET = "s3cr3t-0f-th3-test";
    private static final RedisServer SERVER = RedisServer.prepare("--requirepass", SECRET);

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .overrideConfigKey("quarkus.log.min-level", "TRACE")
            .overrideConfigKey("quarkus.log.level", "TRACE")
            .overrideConfigKey("quarkus.log.console.level", "ERROR")
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis.password", SECRET)
            .overrideRuntimeConfigKey("quarkus.redis.in-the-url.hosts", SERVER.url().replace("//", "//:" + SECRET + "@"))
            .overrideRuntimeConfigKey("quarkus.redis.wrong.hosts", SERVER.url().replace("//", "//bob:" + SECRET + "@"))
            .setLogRecordPredicate(entry -> true)
            .assertLogRecords(SecretsInLogsTest::assertNoSecret);

    @Inject
    RedisDataSource redis;

    @Inject
    @RedisClientName("in-the-url")
    RedisDataSource inTheUrl;

    @Inject
    @RedisClientName("wrong")
    RedisDataSource wrong;

    @Inject
    @RedisClientName("in-the-url")
    MultiplexedRedis client;

    @Test
    void passwordsOfTheConfigurationAreLoggedByNobody() {
        redis.value(String.class).set("key", "value");
        assertEquals("value", inTheUrl.value(String.class).get("key"));
        Exception failure = assertThrows(Exception.class, () -> wrong.value(String.class).get("key"));
        assertFalse(stackTrace(failure).contains(SECRET));
        assertFalse((client + " " + client.status()).contains(SECRET));
        redis.execute("AUTH", SECRET);
    }

    private static void assertNoSecret(List<LogRecord> entries) {
        assertTrue(entries.stream().anyMatch(entry -> text(entry).contains("goes from CONNECTING to HANDSHAKING")));
        assertEquals(List.of(), entries.stream().filter(entry -> text(entry).contains(SECRET))
                .map(entry -> entry.getLoggerName() + ": " + text(entry)).toList());
    }

    private static String text(LogRecord entry) {
        String message = entry instanceof ExtLogRecord extended ? extended.getFormattedMessage() : entry.getMessage();
        return message + Arrays.toString(entry.getParameters())
                + (entry.getThrown() == null ? "" : stackTrace(entry.getThrown()));
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
