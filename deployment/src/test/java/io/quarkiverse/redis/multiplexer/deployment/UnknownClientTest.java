package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Level;

import jakarta.inject.Inject;

import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.runtime.MultiplexerRecorder;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.test.QuarkusUnitTest;

/** Keys of a client that the application does not have are told, and those of clients that it has are not. */
class UnknownClientTest {

    private static final Formatter FORMATTER = new PatternFormatter("%s");

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withApplicationRoot(jar -> jar.addClass(UnknownClientTest.class))
            .overrideConfigKey("quarkus.devservices.enabled", "false")
            .overrideRuntimeConfigKey("quarkus.redis.hosts", "redis://localhost:1")
            .overrideRuntimeConfigKey("quarkus.redis.named.hosts", "redis://localhost:1")
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.named.lanes", "2")
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.nosuch.lanes", "2")
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.\"no.such\".reconnect.max", "2s")
            .overrideConfigKey("quarkus.redis-multiplexer.built.devservices.mode", "off")
            .setLogRecordPredicate(record -> record.getLoggerName().equals(MultiplexerRecorder.class.getName())
                    && record.getLevel().intValue() >= Level.WARNING.intValue())
            .assertLogRecords(records -> {
                List<String> warnings = records.stream().map(FORMATTER::format).toList();
                assertEquals(3, warnings.size(), warnings::toString);
                assertTrue(warnings.get(0).startsWith("quarkus.redis-multiplexer.built.devservices.mode: there is no Redis"),
                        warnings.get(0));
                assertTrue(warnings.get(1).startsWith("quarkus.redis-multiplexer.\"no.such\".reconnect.max: there is no Redis"
                        + " client \"no.such\" in this application, only [<default>, named]"), warnings.get(1));
                assertTrue(warnings.get(2).startsWith("quarkus.redis-multiplexer.nosuch.lanes: there is no Redis"),
                        warnings.get(2));
            });

    @Inject
    MultiplexedRedis redis;

    @Inject
    @RedisClientName("named")
    MultiplexedRedis named;

    @Test
    void theApplicationStarts() {
        assertTrue(redis.status().running());
        assertTrue(named.status().running());
    }
}
