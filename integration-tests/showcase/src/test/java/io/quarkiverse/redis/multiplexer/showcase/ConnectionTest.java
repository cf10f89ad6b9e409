package io.quarkiverse.redis.multiplexer.showcase;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.post;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class ConnectionTest {

    private final String path = "/counter/" + UUID.randomUUID();

    @Test
    void whoOnlyReadsDoesNotNoticeThatTheConnectionsAreCut() {
        post(path).then().statusCode(200);

        for (int i = 0; i < 5; i++) {
            post("/connections/cut").then().statusCode(200).body("connections", greaterThan(0));
            get(path).then().statusCode(200).body("count", equalTo(1));
        }
    }

    @Test
    void lanesConnectAgain() {
        get(path).then().statusCode(200);
        int before = connects();

        post("/connections/cut").then().statusCode(200);

        await().atMost(Duration.ofSeconds(10)).until(() -> connects() > before);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertEquals(List.of(), otherThanReady()));
    }

    private static int connects() {
        return get("/status").path("clients[0].nodes[0].lanes.connects.sum()");
    }

    private static List<String> otherThanReady() {
        return get("/status").path("clients[0].nodes[0].lanes.state.findAll { it != 'READY' }");
    }
}
