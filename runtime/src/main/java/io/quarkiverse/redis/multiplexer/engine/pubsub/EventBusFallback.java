package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.Objects;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.Multi;

/**
 * Where the stock client sends published messages that no handler is set for: an address of the event bus that is named
 * after the channel or pattern (<a href="https://vertx.io/docs/4.5.25/vertx-redis-client/java/#_pubsub_mode">Vert.x Redis
 * client, Pub/Sub mode</a>).
 */
record EventBusFallback(Vertx vertx) {

    private static final String ADDRESS_PREFIX = "io.vertx.redis.";

    void send(Response message) {
        if (!(message instanceof Multi) || !message.isArray() || message.stream().anyMatch(Objects::isNull)) {
            return;
        }
        String kind = message.size() > 0 ? message.get(0).toString() : "";
        if (kind.equals("message") && message.size() == 3) {
            publish(message.get(1), new JsonObject()
                    .put("channel", message.get(1).toString())
                    .put("message", message.get(2).toString()));
        } else if (kind.equals("pmessage") && message.size() == 4) {
            publish(message.get(1), new JsonObject()
                    .put("pattern", message.get(1).toString())
                    .put("channel", message.get(2).toString())
                    .put("message", message.get(3).toString()));
        }
    }

    private void publish(Response name, JsonObject value) {
        vertx.eventBus().send(ADDRESS_PREFIX + name, new JsonObject().put("status", "OK").put("value", value));
    }
}
