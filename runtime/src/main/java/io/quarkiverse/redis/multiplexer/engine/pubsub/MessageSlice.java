package io.quarkiverse.redis.multiplexer.engine.pubsub;

import io.vertx.redis.client.Response;

/** The part of a {@link MessageRun} that is handed over next. It takes no memory. Not thread-safe. */
final class MessageSlice {

    private static final MessageRun NONE = MessageRun.of(new SizedMessage(null, 0));

    private MessageRun run = NONE;
    private int next;
    private int end;

    boolean isEmpty() {
        return next == end;
    }

    int size() {
        return end - next;
    }

    /** From now on it is this. */
    void set(MessageRun newRun, int from, int to) {
        run = newRun;
        next = from;
        end = to;
    }

    /** Takes the first message of those that are left. */
    Response remove() {
        Response message = run.get(next).message();
        next++;
        if (isEmpty()) {
            clear();
        }
        return message;
    }

    void clear() {
        set(NONE, 0, 0);
    }
}
