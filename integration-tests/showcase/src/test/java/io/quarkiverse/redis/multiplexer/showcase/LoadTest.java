package io.quarkiverse.redis.multiplexer.showcase;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.post;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.nullValue;

import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class LoadTest {

    @Test
    void aThousandCallersAtTheSameTimeAreAllAnsweredInBatches() {
        post("/load?calls=30000&callers=1000").then().statusCode(200)
                .body("report.calls", equalTo(30_000))
                .body("report.failures", equalTo(0))
                .body("report.firstFailure", nullValue())
                .body("report.perSecond", greaterThan(0));

        get("/status").then().body("clients.find { it.name == '<default>' }.commandsPerBatch", greaterThan(2f));
    }

    @Test
    void thereMayBeMoreCallersThanCalls() {
        post("/load?calls=3&callers=1000").then().statusCode(200)
                .body("report.callers", equalTo(3))
                .body("report.failures", equalTo(0));
    }

    @Test
    void noCallsAreABadRequest() {
        post("/load?calls=0").then().statusCode(400);
        post("/load?callers=0").then().statusCode(400);
    }
}
