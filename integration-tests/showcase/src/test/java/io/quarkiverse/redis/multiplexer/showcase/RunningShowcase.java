package io.quarkiverse.redis.multiplexer.showcase;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import io.restassured.RestAssured;

/** An application that somebody else has started, on the port that the system property {@code showcase.port} names. */
@EnabledIfSystemProperty(named = RunningShowcase.PORT, matches = "\\d+")
class RunningShowcase extends ShowcaseRequests {

    static final String PORT = "showcase.port";

    @BeforeAll
    static void ask() {
        RestAssured.port = Integer.getInteger(PORT);
    }
}
