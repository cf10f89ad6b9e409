package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.List;

/**
 * What somebody has heard in this turn of the event loop, and has not been given. Used on the event loop of the hub.
 *
 * @see FanOut
 */
final class LatestMessages {

    private final List<SizedMessage> messages = new ArrayList<>(0);

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** @param hearing all for whom there is something; {@code owner} is added to them with its first message */
    void add(SizedMessage message, FanOut.Hearing owner, List<FanOut.Hearing> hearing) {
        if (messages.isEmpty()) {
            hearing.add(owner);
        }
        messages.add(message);
    }

    /** All of them, one at least, which are forgotten; also if there is no memory to hand them over. */
    MessageRun take() {
        try {
            return MessageRun.of(messages);
        } finally {
            messages.clear();
        }
    }

    /** Has {@code owner} hand over what there is, before something else comes. */
    void handOverNow(FanOut.Hearing owner) {
        if (!messages.isEmpty()) {
            Deliveries alone = new Deliveries();
            owner.handOver(alone);
            alone.begin();
        }
    }

    void clear() {
        messages.clear();
    }
}
