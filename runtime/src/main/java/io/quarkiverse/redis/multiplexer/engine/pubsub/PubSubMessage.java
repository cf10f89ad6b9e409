package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.PushType;

/**
 * What the server says about one subscription: a push with RESP3, an array with RESP2.
 *
 * @param change that it confirms; empty if it is a published message
 * @param name of the channel or pattern, one char per byte
 */
record PubSubMessage(SubscriptionKind kind, Optional<Change> change, String name) {

    private record Word(SubscriptionKind kind, Optional<Change> change) {
    }

    /** What the first element may be. */
    private static final Map<String, Word> WORDS = new HashMap<>();

    static {
        for (SubscriptionKind kind : SubscriptionKind.values()) {
            WORDS.put(kind.message, new Word(kind, Optional.empty()));
            for (Change change : Change.values()) {
                WORDS.put(kind.confirmation(change), new Word(kind, Optional.of(change)));
            }
        }
    }

    /** @return empty if it is something else */
    static Optional<PubSubMessage> of(Response message) {
        if (!(message instanceof PushType || message instanceof MultiType) || !message.isArray() || message.size() < 3
                || !isBulk(message.get(0)) || !isBulk(message.get(1))) {
            return Optional.empty();
        }
        Word word = WORDS.get(message.get(0).toString());
        return word == null ? Optional.empty()
                : Optional.of(new PubSubMessage(word.kind, word.change, message.get(1).toString(StandardCharsets.ISO_8859_1)));
    }

    private static boolean isBulk(Response element) {
        return element != null && element.type() == ResponseType.BULK;
    }
}
