package io.quarkiverse.redis.multiplexer.deployment;

import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.test.QuarkusUnitTest;
import io.restassured.RestAssured;

class HealthTest {

    private static final RedisServer SERVER = RedisServer.prepare();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .overrideConfigKey("quarkus.devservices.enabled", "false")
            .withEmptyApplication()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis.second.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis.idle.active", "false");

    @Inject
    MultiplexedRedis byDefault;

    @RedisClientName("second")
    MultiplexedRedis second;

    @Test
    void oneCheckTellsHowEveryClientIs() {
        RestAssured.get("/q/health/ready").then().statusCode(200)
                .body("checks", hasSize(1))
                .body("checks[0].name", is("Redis connection health check"))
                .body("checks[0].status", is("UP"))
                .body("checks[0].data.size()", is(12))
                .body("checks[0].data.default", is("PONG"))
                .body("checks[0].data.'default.node'", matchesPattern("localhost:\\d+"))
                .body("checks[0].data.'default.server'", matchesPattern("(redis|valkey) \\d+\\.\\d+.*"))
                .body("checks[0].data.'default.role'", is("primary"))
                .body("checks[0].data.'default.state'", matchesPattern("\\d READY"))
                .body("checks[0].data.'default.latency-micros'", greaterThan(0))
                .body("checks[0].data.second", is("PONG"))
                .body("checks[0].data.'second.state'", matchesPattern("\\d READY"));
    }
}
