package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.nio.charset.StandardCharsets;
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

    private static final Optional<Change> PUBLISHED = Optional.empty();
    private static final Optional<Change> SUBSCRIBED = Optional.of(Change.SUBSCRIBE);
    private static final Optional<Change> UNSUBSCRIBED = Optional.of(Change.UNSUBSCRIBE);

    /** @return empty if it is something else */
    static Optional<PubSubMessage> of(Response message) {
        if (!(message instanceof PushType || message instanceof MultiType) || !message.isArray() || message.size() < 3
                || !isBulk(message.get(0)) || !isBulk(message.get(1))) {
            return Optional.empty();
        }
        String word = message.get(0).toString();
        for (SubscriptionKind kind : SubscriptionKind.values()) {
            Optional<Change> change = change(kind, word);
            if (change.isPresent() || kind.message.equals(word)) {
                return Optional.of(new PubSubMessage(kind, change, message.get(1).toString(StandardCharsets.ISO_8859_1)));
            }
        }
        return Optional.empty();
    }

    private static Optional<Change> change(SubscriptionKind kind, String word) {
        if (kind.confirmation(Change.SUBSCRIBE).equals(word)) {
            return SUBSCRIBED;
        }
        return kind.confirmation(Change.UNSUBSCRIBE).equals(word) ? UNSUBSCRIBED : PUBLISHED;
    }

    private static boolean isBulk(Response element) {
        return element != null && element.type() == ResponseType.BULK;
    }
}
