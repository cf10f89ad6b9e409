package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.vertx.core.Context;
import io.vertx.core.Handler;

/**
 * The streams that the messages of one turn give something to do, by their contexts: each context is given it all at once,
 * however many streams of its own there are. Filled and begun on one thread; what is begun belongs to its context.
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

        /** Nobody sees to it any more: it delivers with the next message. */
        void undelivered();
    }

    private final Map<Context, Batch> batches = new HashMap<>();

    /** It has to deliver, and nobody else sees to it. */
    void add(Delivering stream) {
        batches.computeIfAbsent(stream.context(), Batch::new).add(stream);
    }

    /** Has it done. What comes of that in one context is nothing to the others. */
    void begin() {
        batches.values().forEach(Batch::soon);
        batches.clear();
    }

    /** Those of one context. It is itself what is run to give it a task, and the task: there is nothing to be made for it. */
    private static final class Batch implements Runnable, Handler<Void> {

        private final Context context;
        private final Queue<Delivering> streams = new ArrayDeque<>();

        Batch(Context context) {
            this.context = context;
        }

        void add(Delivering stream) {
            streams.add(stream);
        }

        void soon() {
            Guard.run("to have messages delivered", this);
        }

        @Override
        public void run() {
            try {
                context.runOnContext(this);
            } catch (RejectedExecutionException e) {
                // Vert.x is closed: there is no handler that could be called any more.
                LOG.debugf("Messages for %d handlers came after the end of their event loop", streams.size());
            } catch (Throwable e) {
                streams.forEach(Delivering::undelivered);
                throw e;
            }
        }

        @Override
        public void handle(Void now) {
            int left = MAX_PER_TURN;
            try {
                while (left > 0 && !streams.isEmpty()) {
                    left -= deliverNext(left);
                }
            } finally {
                if (!streams.isEmpty()) {
                    soon();
                }
            }
        }

        private int deliverNext(int max) {
            Delivering stream = streams.remove();
            // One that fails has its turn again.
            int delivered = max;
            try {
                delivered = stream.deliver(max);
            } finally {
                if (delivered == max) {
                    streams.add(stream);
                }
            }
            return delivered;
        }
    }
}
