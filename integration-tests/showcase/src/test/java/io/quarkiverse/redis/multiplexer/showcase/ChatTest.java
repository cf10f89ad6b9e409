package io.quarkiverse.redis.multiplexer.showcase;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.post;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.showcase.ChatResource.Message;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;

@QuarkusTest
class ChatTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final String text = UUID.randomUUID().toString();
    private ChatListener ada;
    private ChatListener grace;

    @BeforeEach
    void enter() {
        ada = new ChatListener();
        grace = new ChatListener();
        awaitBoth("You are in the room");
    }

    @AfterEach
    void leave() {
        ada.close();
        grace.close();
    }

    @Test
    void everybodyHearsAMessageOnceOverOneConnection() {
        say(text).then().statusCode(200)
                .body("receivers", equalTo(1))
                .body("served.client", equalTo("mutiny Redis"));
        awaitBoth(text);

        assertEquals(2, ada.heard().size(), ada.heard()::toString);
        assertEquals(2, grace.heard().size(), grace.heard()::toString);
        assertEquals(1, subscriptions());
    }

    @Test
    void whoLeavesIsNotWaitedFor() {
        ada.close();
        say(text).then().statusCode(200);
        await().atMost(TIMEOUT).until(() -> grace.hasHeard(text));
        assertFalse(ada.hasHeard(text));

        grace.close();
        await().atMost(TIMEOUT).until(() -> subscriptions() == 0);
    }

    @Test
    void theChatGoesOnAfterItsConnectionWasCut() {
        post("/connections/cut").then().statusCode(200);

        // What is said until the subscription is restored is lost, as always with Pub/Sub.
        await().atMost(TIMEOUT).until(() -> {
            say(text);
            return ada.hasHeard(text) && grace.hasHeard(text);
        });
    }

    @Test
    void nothingIsNoMessage() {
        say(" ").then().statusCode(400);
    }

    private static Response say(String text) {
        return given().contentType(ContentType.JSON).body(new Message("somebody", text)).post("/chat");
    }

    private void awaitBoth(String text) {
        await().atMost(TIMEOUT).until(() -> ada.hasHeard(text) && grace.hasHeard(text));
    }

    private static int subscriptions() {
        return get("/status").path("clients.find { it.name == '<default>' }.nodes[0].subscriptions");
    }
}
