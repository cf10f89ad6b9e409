package io.quarkiverse.redis.multiplexer.showcase;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.post;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.showcase.AccountResource.Transfer;
import io.quarkiverse.redis.multiplexer.showcase.ChatResource.Message;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;

/** Everything once, from outside, of an application that listens where RestAssured asks. */
abstract class ShowcaseRequests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final String unique = UUID.randomUUID().toString();

    @ParameterizedTest
    @ValueSource(strings = { "/", "/showcase.css", "/page.js", "/chart.js", "/live.js", "/cluster.js", "/features.js",
            "/logo.svg" })
    void thePageIsThere(String path) {
        get(path).then().statusCode(200);
    }

    @Test
    void itIsHealthy() {
        get("/q/health").then().statusCode(200)
                .body("status", equalTo("UP"))
                .body("checks.name", hasItem(containsString("Redis")));
    }

    @Test
    void visitsAreCounted() throws Exception {
        AtOnce.run(50, () -> post("/counter/" + unique).then().statusCode(200));

        get("/counter/" + unique).then().body("count", equalTo(50));
    }

    @Test
    void countriesAreCached() {
        get("/countries/KE").then().statusCode(200);
        get("/countries/KE").then().body("hit", is(true)).body("country.capital", equalTo("Nairobi"));
    }

    @Test
    void pointsMakePlaces() {
        post("/leaderboard/" + unique + "?points=1000000000").then().statusCode(200).body("places.player", hasItem(unique));
    }

    @Test
    void jobsAreDone() {
        json(List.of(1001)).post("/jobs").then().statusCode(200);

        await().atMost(TIMEOUT).untilAsserted(() -> get("/jobs").then()
                .body("done.find { it.number == 1001 }.factors", contains(7, 11, 13)));
    }

    @Test
    void moneyIsMovedAndNotMade() {
        json(new Transfer("Ada", "Linus", 1)).post("/accounts/transfers").then().statusCode(200)
                .body("accounts.total", equalTo(3000));
        json(new Transfer("Linus", "Ada", 1)).post("/accounts/transfers").then().statusCode(200);
    }

    @Test
    void messagesAreHeard() {
        try (ChatListener listener = new ChatListener()) {
            await().atMost(TIMEOUT).until(() -> listener.hasHeard("You are in the room"));
            json(new Message("somebody", unique)).post("/chat").then().statusCode(200);
            await().atMost(TIMEOUT).until(() -> listener.hasHeard(unique));
        }
    }

    @Test
    void loadIsCarried() {
        post("/load?calls=5000&callers=200").then().statusCode(200).body("report.failures", equalTo(0));
    }

    @Test
    void requestsAreCountedOnAServerOfTheirOwn() {
        get("/counter/" + unique).then().statusCode(200);

        await().atMost(TIMEOUT).untilAsserted(() -> get("/statistics").then().statusCode(200)
                .body("requests.counter", greaterThan(0)));
    }

    @Test
    void theClientsTellWhatTheyDo() {
        get("/counter/" + unique).then().statusCode(200);

        get("/status").then().statusCode(200)
                .body("clients.name", contains("<default>", "stats"))
                .body("clients[0].commands", greaterThan(0));
    }

    private static RequestSpecification json(Object body) {
        return given().contentType(ContentType.JSON).body(body);
    }
}
