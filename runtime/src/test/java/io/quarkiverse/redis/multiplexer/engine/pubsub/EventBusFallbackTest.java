package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.SimpleStringType;

class EventBusFallbackTest {

    private final Vertx vertx = Vertx.vertx();
    private final EventBusFallback fallback = new EventBusFallback(vertx);
    private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();

    @BeforeEach
    void listen() {
        for (String address : List.of("news", "news.*")) {
            vertx.eventBus().<JsonObject> consumer("io.vertx.redis." + address, message -> received.add(message.body()));
        }
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aMessageGoesToTheAddressOfItsChannel() throws Exception {
        fallback.send(array("message", "news", "text"));

        assertEquals(sent(new JsonObject().put("channel", "news").put("message", "text")), next());
    }

    @Test
    void aMessageOfAPatternGoesToTheAddressOfThePattern() throws Exception {
        fallback.send(array("pmessage", "news.*", "news.today", "text"));

        assertEquals(sent(new JsonObject().put("pattern", "news.*").put("channel", "news.today").put("message", "text")),
                next());
    }

    @Test
    void allElseIsLeftOut() throws Exception {
        fallback.send(SimpleStringType.OK);
        fallback.send(array());
        fallback.send(array("message", "news"));
        fallback.send(array("message", "news", null));
        fallback.send(array("pmessage", "news.*", "text"));
        fallback.send(array("subscribe", "news", "1"));
        fallback.send(array("message", "news", "the only one"));

        assertEquals("the only one", next().getJsonObject("value").getString("message"));
        assertEquals(0, received.size());
    }

    private JsonObject next() throws InterruptedException {
        return received.poll(20, TimeUnit.SECONDS);
    }

    private static JsonObject sent(JsonObject value) {
        return new JsonObject().put("status", "OK").put("value", value);
    }

    private static Response array(String... texts) {
        MultiType array = MultiType.create(texts.length, false);
        Arrays.asList(texts).forEach(text -> array.add(text == null ? null : BulkType.create(Buffer.buffer(text), false)));
        return array;
    }
}
