package io.quarkiverse.redis.multiplexer.deployment;

import static org.hamcrest.Matchers.hasSize;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkus.test.QuarkusUnitTest;
import io.restassured.RestAssured;

class HealthDisabledTest {

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .overrideConfigKey("quarkus.devservices.enabled", "false")
            .withEmptyApplication()
            .overrideRuntimeConfigKey("quarkus.redis.hosts", "redis://localhost:1")
            .overrideConfigKey("quarkus.redis.health.enabled", "false");

    @Inject
    MultiplexedRedis redis;

    @Test
    void thereIsNoCheck() {
        RestAssured.get("/q/health/ready").then().statusCode(200).body("checks", hasSize(0));
    }
}
