package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.List;

/** Messages that came one after the other, one at least. Never changed, so all who hear exactly these share it. */
final class MessageRun {

    private final SizedMessage[] messages;
    private final long bytes;

    private MessageRun(SizedMessage... messages) {
        this.messages = messages;
        long sum = 0;
        for (SizedMessage message : messages) {
            sum += message.bytes();
        }
        this.bytes = sum;
    }

    static MessageRun of(List<SizedMessage> messages) {
        return new MessageRun(messages.toArray(SizedMessage[]::new));
    }

    static MessageRun of(SizedMessage message) {
        return new MessageRun(message);
    }

    int size() {
        return messages.length;
    }

    SizedMessage get(int index) {
        return messages[index];
    }

    /** What they take in memory, about. */
    long bytes() {
        return bytes;
    }
}
