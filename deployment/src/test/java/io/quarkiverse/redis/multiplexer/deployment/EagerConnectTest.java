package io.quarkiverse.redis.multiplexer.deployment;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.test.QuarkusUnitTest;

/** An application that connects at its start starts without its server, too, and says so where one looks for it. */
class EagerConnectTest {

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withEmptyApplication()
            .overrideRuntimeConfigKey("quarkus.redis.hosts", "redis://localhost:" + RedisServer.freePort())
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.eager-connect", "true")
            .setLogRecordPredicate(record -> record.getLevel().intValue() >= Level.WARNING.intValue()
                    && record.getLoggerName().startsWith("io.quarkiverse.redis"))
            .assertLogRecords(EagerConnectTest::assertOneWarning);

    @Inject
    MultiplexedRedis redis;

    @Test
    void aServerThatCannotBeReachedShowsInReadiness() {
        given().get("/q/health/ready").then().statusCode(503).body("status", is("DOWN"));
        assertTrue(redis.status().lanes().size() > 0);
        assertTrue(redis.status().lanes().stream().noneMatch(lane -> lane.state() == ConnectionState.READY));
    }

    private static void assertOneWarning(List<LogRecord> warnings) {
        assertEquals(1, warnings.size(), () -> warnings.stream().map(LogRecord::getMessage).toList().toString());
    }
}
