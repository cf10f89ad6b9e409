package io.quarkiverse.redis.multiplexer.showcase;

import static io.restassured.RestAssured.delete;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.post;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class LeaderboardTest {

    @BeforeEach
    void clear() {
        delete("/leaderboard").then().statusCode(204);
    }

    @Test
    void nobodyHasScored() {
        get("/leaderboard").then().statusCode(200).body("places", empty());
    }

    @Test
    void theBestIsFirst() {
        score("Ada", 5);
        score("Grace", 9);
        score("Linus", 1);
        score("Ada", 7);

        get("/leaderboard").then().statusCode(200)
                .body("places.player", contains("Ada", "Grace", "Linus"))
                .body("places.points", contains(12, 9, 1))
                .body("served.client", equalTo("ReactiveRedisDataSource"))
                .body("served.kind", equalTo("event loop"));
    }

    @Test
    void pointsThatAreScoredAtTheSameTimeAddUp() throws Exception {
        AtOnce.run(50, () -> post("/leaderboard/Ada?points=3").then().statusCode(200));

        get("/leaderboard").then().body("places.points", contains(150));
    }

    @Test
    void thereAreTenPlaces() {
        for (int points = 1; points <= 11; points++) {
            score("player " + points, points);
        }

        get("/leaderboard").then()
                .body("places", hasSize(10))
                .body("places[0].points", equalTo(11))
                .body("places[9].points", equalTo(2));
    }

    @Test
    void noPointsAreABadRequest() {
        post("/leaderboard/Ada?points=0").then().statusCode(400);
    }

    private static void score(String player, int points) {
        post("/leaderboard/{player}?points={points}", player, points).then().statusCode(200);
    }
}
