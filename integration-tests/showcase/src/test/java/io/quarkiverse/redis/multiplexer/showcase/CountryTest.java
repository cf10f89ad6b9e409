package io.quarkiverse.redis.multiplexer.showcase;

import static io.restassured.RestAssured.delete;
import static io.restassured.RestAssured.get;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class CountryTest {

    /** Of the source. */
    private static final float DELAY_MILLIS = 300;

    @BeforeEach
    void forget() {
        delete("/countries/IS").then().statusCode(204);
    }

    @Test
    void theFirstLookupIsSlowAndTheSecondFast() {
        float first = get("/countries/IS").then().statusCode(200)
                .body("hit", is(false))
                .body("millis", greaterThanOrEqualTo(DELAY_MILLIS))
                .body("country.capital", equalTo("Reykjavík")).extract().path("millis");
        get("/countries/IS").then().statusCode(200)
                .body("hit", is(true))
                .body("millis", lessThan(first))
                .body("expiresInMillis", greaterThan(0))
                .body("country.capital", equalTo("Reykjavík"));
    }

    @Test
    void theCacheForgets() {
        get("/countries/IS").then().body("hit", is(false));
        get("/countries/IS").then().body("hit", is(true));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertFalse(get("/countries/IS").<Boolean> path("hit")));
    }

    @Test
    void itIsAnEventLoopThatDoesNotWait() {
        get("/countries/IS").then()
                .body("served.client", equalTo("mutiny RedisAPI"))
                .body("served.kind", equalTo("event loop"));
        get("/countries/IS").then().body("served.kind", equalTo("event loop"));
    }

    @Test
    void aCountryThatTheSourceDoesNotKnowIsNotFound() {
        get("/countries/XX").then().statusCode(404).body(equalTo("Nothing is known of XX"));
    }
}
