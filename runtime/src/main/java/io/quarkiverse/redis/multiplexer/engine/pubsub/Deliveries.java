package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

import org.jboss.logging.Logger;

import io.vertx.core.Context;

/**
 * The streams that one message gives something to do, by their contexts: each context is given it all at once, however many
 * streams of its own there are. Filled and begun on one thread; what is begun belongs to its context.
 */
final class Deliveries {

    private static final Logger LOG = Logger.getLogger(Deliveries.class);

    /** So many messages, then others on the same event loop get a turn. */
    static final int MAX_PER_TURN = 256;

    /** A stream that has messages for its handler. */
    interface Delivering {

        Context context();

        /**
         * Hands over messages, on the context.
         *
         * @return how many; less than {@code max} if there are no more, and others have to see to those that come
         */
        int deliver(int max);
    }

    private final Map<Context, Batch> batches = new HashMap<>();

    /** It has to deliver, and nobody else sees to it. */
    void add(Delivering stream) {
        batches.computeIfAbsent(stream.context(), Batch::new).add(stream);
    }

    void begin() {
        batches.values().forEach(Batch::soon);
        batches.clear();
    }

    /** Those of one context. */
    private static final class Batch {

        private final Context context;
        private final Queue<Delivering> streams = new ArrayDeque<>();

        Batch(Context context) {
            this.context = context;
        }

        void add(Delivering stream) {
            streams.add(stream);
        }

        void soon() {
            try {
                context.runOnContext(now -> deliver());
            } catch (RejectedExecutionException e) {
                // Vert.x is closed: there is no handler that could be called any more.
                LOG.debugf("Messages for %d handlers came after the end of their event loop", streams.size());
            }
        }

        private void deliver() {
            int left = MAX_PER_TURN;
            while (left > 0 && !streams.isEmpty()) {
                Delivering stream = streams.remove();
                int delivered = stream.deliver(left);
                if (delivered == left) {
                    streams.add(stream);
                }
                left -= delivered;
            }
            if (!streams.isEmpty()) {
                soon();
            }
        }
    }
}
