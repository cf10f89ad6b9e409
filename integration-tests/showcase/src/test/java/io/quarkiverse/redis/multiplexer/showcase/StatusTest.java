package io.quarkiverse.redis.multiplexer.showcase;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.post;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class StatusTest {

    @Test
    void bothClientsShowTheirLanes() {
        post("/counter/" + UUID.randomUUID()).then().statusCode(200);

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> get("/status").then().statusCode(200)
                .body("clients.name", contains("<default>", "stats"))
                .body("clients.running", everyItem(is(true)))
                .body("clients.nodes.flatten().address", everyItem(containsString(":")))
                .body("clients.nodes.flatten().role", everyItem(equalTo("PRIMARY")))
                .body("clients.nodes.flatten().version", everyItem(not(emptyString())))
                .body("clients.nodes.flatten().lanes", everyItem(not(empty())))
                .body("clients.commands", everyItem(greaterThan(0)))
                .body("clients.commandsPerBatch", everyItem(greaterThanOrEqualTo(1f)))
                .body("clients.nodes.flatten().lanes.flatten().connects", everyItem(greaterThanOrEqualTo(1)))
                .body("clients.nodes.flatten().lanes.flatten().state", everyItem(equalTo("READY"))));
    }

    @Test
    void theWorkerThatWaitsHasAConnectionOfItsOwn() {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> get("/status").then()
                .body("clients.find { it.name == '<default>' }.nodes[0].dedicatedConnections", greaterThanOrEqualTo(1)));
    }
}
