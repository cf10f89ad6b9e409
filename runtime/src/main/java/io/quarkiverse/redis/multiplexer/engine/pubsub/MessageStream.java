package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.concurrent.RejectedExecutionException;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.pubsub.WaitingMessages.Admission;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;

/**
 * The messages that one {@link LazyConnection} is sent: published ones, confirmations of subscriptions, lines of MONITOR.
 * They are handed to its handler on one context, in order, as many as it has asked for. Messages that come before there is
 * a handler wait for it, the latest of them.
 * <p>
 * Bounded: what is beyond the {@linkplain WaitingMessages limits} is left out and reported to the exception handler, once per
 * such time. So a slow handler delays neither the connection that its messages come from nor the other subscribers.
 * <p>
 * What handlers throw goes to the exception handler of the context, as it does with the stock client; nothing of it comes out
 * of the methods here. Thread-safe.
 */
public final class MessageStream implements Subscriber.Messages, Deliveries.Delivering {

    private static final Logger LOG = Logger.getLogger(MessageStream.class);

    private final EventBusFallback eventBus;
    private final Context context;
    private final Failures failures;
    private final WaitingMessages waiting;
    private long demand = Long.MAX_VALUE;
    private boolean delivering;
    private boolean ended;
    private Handler<Response> handler;
    private Handler<Throwable> exceptionHandler;
    private Handler<Void> endHandler;

    /** @param context where the handlers are called; no duplicate, so that each message can have its own */
    public MessageStream(Vertx vertx, Context context, MultiplexerOptions options, Failures failures) {
        this.eventBus = new EventBusFallback(vertx);
        this.context = context;
        this.failures = failures;
        this.waiting = new WaitingMessages(options.getMaxWaitingMessages(), options.getMaxWaitingBytes(), System::nanoTime);
    }

    public synchronized void handler(Handler<Response> newHandler) {
        handler = newHandler;
        deliverSoon();
    }

    public synchronized void exceptionHandler(Handler<Throwable> newHandler) {
        exceptionHandler = newHandler;
    }

    public synchronized void endHandler(Handler<Void> newHandler) {
        endHandler = newHandler;
    }

    public synchronized void pause() {
        demand = 0;
    }

    public synchronized void fetch(long amount) {
        demand += amount;
        if (demand < 0) {
            demand = Long.MAX_VALUE;
        }
        deliverSoon();
    }

    /** Adds a message, unless the stream has ended. */
    @Override
    public void add(Response message) {
        Deliveries alone = new Deliveries();
        add(SizedMessage.of(message), alone);
        alone.begin();
    }

    @Override
    public void add(SizedMessage message, Deliveries deliveries) {
        try {
            take(message, deliveries);
        } catch (Throwable e) {
            tellLost(e);
        }
    }

    /** There is no memory for a message: whoever it was for misses it, and nobody else. */
    private void tellLost(Throwable cause) {
        Guard.run("to tell of a message that is lost", () -> fail(cause));
    }

    private void take(SizedMessage message, Deliveries deliveries) {
        boolean unhandled;
        Throwable slow;
        synchronized (this) {
            if (ended) {
                return;
            }
            unhandled = handler == null;
            if (unhandled) {
                waiting.addLatest(message);
                slow = null;
            } else {
                slow = slow(waiting.offer(message));
                if (mustDeliver()) {
                    deliveries.add(this);
                    delivering = true;
                }
            }
        }
        if (unhandled) {
            Guard.run("to send a message to the event bus", () -> eventBus.send(message.message()));
        }
        if (slow != null) {
            LOG.warn(slow.getMessage());
            fail(slow);
        }
    }

    /** @return what is to be told; {@code null} if nothing is */
    private Throwable slow(Admission admission) {
        return switch (admission) {
            case ACCEPTED, LEFT_OUT -> null;
            case TOO_MANY -> failures.slowSubscriber(waiting.size(), waiting.bytes(), "max-waiting-messages");
            case TOO_MANY_BYTES -> failures.slowSubscriber(waiting.size(), waiting.bytes(), "max-waiting-bytes");
        };
    }

    /** Adds it, unless the stream has ended. It is not left out: a caller waits for it. */
    @Override
    public void confirm(Response confirmation) {
        try {
            takeAnswer(SizedMessage.of(confirmation));
        } catch (Throwable e) {
            tellLost(e);
        }
    }

    private synchronized void takeAnswer(SizedMessage answer) {
        if (ended) {
            return;
        }
        if (handler == null) {
            waiting.addLatest(answer);
        } else {
            waiting.addAnswer(answer);
            deliverSoon();
        }
    }

    /** Tells the exception handler. */
    @Override
    public void fail(Throwable cause) {
        onContext(() -> {
            Handler<Throwable> current;
            synchronized (this) {
                current = exceptionHandler;
            }
            if (current != null) {
                current.handle(cause);
            }
        });
    }

    /** Tells the end handler, once; nothing is delivered from now on. */
    @Override
    public void end() {
        silence(true);
    }

    /** Nothing is delivered from now on. @param told whether the end handler hears of it */
    public void silence(boolean told) {
        Handler<Void> last;
        synchronized (this) {
            last = ended || !told ? null : endHandler;
            ended = true;
            waiting.clear();
        }
        if (last != null) {
            onContext(() -> last.handle(null));
        }
    }

    private boolean mustDeliver() {
        return !delivering && handler != null && demand > 0 && !waiting.isEmpty();
    }

    private void deliverSoon() {
        if (mustDeliver()) {
            Deliveries alone = new Deliveries();
            alone.add(this);
            delivering = true;
            alone.begin();
        }
    }

    @Override
    public synchronized void undelivered() {
        delivering = false;
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public int deliver(int max) {
        for (int count = 0; count < max; count++) {
            Response message;
            Handler<Response> current;
            synchronized (this) {
                message = handler == null || demand == 0 ? null : waiting.poll();
                if (message == null) {
                    delivering = false;
                    return count;
                }
                if (demand != Long.MAX_VALUE) {
                    demand--;
                }
                current = handler;
            }
            try {
                current.handle(message);
            } catch (Throwable e) {
                // Even an error is that of one message: those behind it must not wait for ever.
                Guard.run("to report what the handler of a message has thrown", () -> VertxAccess.report(context, e));
            }
        }
        return max;
    }

    private void onContext(Runnable action) {
        try {
            context.runOnContext(now -> action.run());
        } catch (RejectedExecutionException e) {
            // Vert.x is closed: there is no handler that could be called any more.
            LOG.debugf("%s: a message came after the end of its event loop", failures.subject());
        }
    }
}
