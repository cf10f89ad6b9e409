package io.quarkiverse.redis.multiplexer.engine;

import java.util.ArrayDeque;
import java.util.Queue;

import org.jboss.logging.Logger;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;

/**
 * The messages that one {@link LazyConnection} is sent: published ones, confirmations of subscriptions, lines of MONITOR.
 * They are handed to its handler on one context, in order, as many as it has asked for. Messages that come before there is
 * a handler wait for it, the latest {@code limit} of them.
 * <p>
 * Bounded: what comes while {@code limit} messages are waiting is dropped and reported to the exception handler, once per
 * such time. So a slow handler delays neither the connection that its messages come from nor the other subscribers.
 * <p>
 * Thread-safe.
 */
final class MessageStream {

    private static final Logger LOG = Logger.getLogger(MessageStream.class);

    /** So many, then others on the same event loop get a turn. */
    private static final int MAX_PER_TURN = 256;

    private final EventBusFallback eventBus;
    private final Context context;
    private final int limit;
    private final Failures failures;
    private final Queue<Response> waiting = new ArrayDeque<>();
    private long demand = Long.MAX_VALUE;
    private boolean delivering;
    private boolean overflowing;
    private boolean ended;
    private Handler<Response> handler;
    private Handler<Throwable> exceptionHandler;
    private Handler<Void> endHandler;

    /** @param context where the handlers are called; no duplicate, so that each message can have its own */
    MessageStream(Vertx vertx, Context context, int limit, Failures failures) {
        this.eventBus = new EventBusFallback(vertx);
        this.context = context;
        this.limit = limit;
        this.failures = failures;
    }

    synchronized void handler(Handler<Response> newHandler) {
        handler = newHandler;
        deliverSoon();
    }

    synchronized void exceptionHandler(Handler<Throwable> newHandler) {
        exceptionHandler = newHandler;
    }

    synchronized void endHandler(Handler<Void> newHandler) {
        endHandler = newHandler;
    }

    synchronized void pause() {
        demand = 0;
    }

    synchronized void fetch(long amount) {
        demand += amount;
        if (demand < 0) {
            demand = Long.MAX_VALUE;
        }
        deliverSoon();
    }

    /** Adds a message, unless the stream has ended. */
    void add(Response message) {
        boolean overflow = false;
        boolean unhandled;
        synchronized (this) {
            if (ended) {
                return;
            }
            unhandled = handler == null;
            if (unhandled && waiting.size() >= limit) {
                waiting.remove();
            }
            if (waiting.size() < limit) {
                waiting.add(message);
                deliverSoon();
            } else if (!overflowing) {
                overflowing = true;
                overflow = true;
            }
        }
        if (unhandled) {
            eventBus.send(message);
        }
        if (overflow) {
            Throwable slow = failures.slowSubscriber(limit);
            LOG.warn(slow.getMessage());
            fail(slow);
        }
    }

    /** Tells the exception handler. */
    void fail(Throwable cause) {
        context.runOnContext(now -> {
            Handler<Throwable> current;
            synchronized (this) {
                current = exceptionHandler;
            }
            if (current != null) {
                current.handle(cause);
            }
        });
    }

    /** Tells the end handler, once; nothing is delivered from then on. */
    void end() {
        Handler<Void> last;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            waiting.clear();
            last = endHandler;
        }
        if (last != null) {
            context.runOnContext(last);
        }
    }

    private void deliverSoon() {
        if (!delivering && handler != null && demand > 0 && !waiting.isEmpty()) {
            delivering = true;
            context.runOnContext(now -> deliver());
        }
    }

    private void deliver() {
        for (int count = 0; count < MAX_PER_TURN; count++) {
            Response message;
            Handler<Response> current;
            synchronized (this) {
                message = handler == null || demand == 0 ? null : waiting.poll();
                if (message == null) {
                    delivering = false;
                    return;
                }
                if (demand != Long.MAX_VALUE) {
                    demand--;
                }
                overflowing = false;
                current = handler;
            }
            try {
                current.handle(message);
            } catch (Throwable e) {
                // Even an error is that of one message: those behind it must not wait for ever.
                LOG.errorf(Printable.failure(e), "%s: the handler of a message failed", failures.subject());
            }
        }
        context.runOnContext(now -> deliver());
    }
}
