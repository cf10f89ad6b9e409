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
    /** Those that are handed over next, before what is waiting. Used on the context alone. */
    private final MessageSlice next = new MessageSlice();
    /** Changes with what the handler wants, and with the handler: then nothing is handed over before that is looked at. */
    private volatile int changes;
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
        changed();
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
        changed();
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
        add(MessageRun.of(SizedMessage.of(message)), alone);
        alone.begin();
    }

    @Override
    public void add(MessageRun heard, Deliveries deliveries) {
        try {
            take(heard, deliveries);
        } catch (Throwable e) {
            tellLost(e);
        }
    }

    /** There is no memory for a message: whoever it was for misses it, and perhaps others of its turn, and nobody else does. */
    private void tellLost(Throwable cause) {
        Guard.run("to tell of a message that is lost", () -> fail(cause));
    }

    private void take(MessageRun heard, Deliveries deliveries) {
        boolean unhandled;
        Throwable slow = null;
        synchronized (this) {
            if (ended) {
                return;
            }
            unhandled = handler == null;
            try {
                if (unhandled) {
                    addLatest(heard);
                } else {
                    Admission admission = waiting.offer(heard);
                    slow = admission.isToBeTold() ? slow(admission) : null;
                }
            } finally {
                // Those before one that there is no memory for are there.
                if (mustDeliver()) {
                    deliveries.add(this);
                    delivering = true;
                }
            }
        }
        if (unhandled) {
            sendToEventBus(heard);
        }
        if (slow != null) {
            LOG.warn(slow.getMessage());
            fail(slow);
        }
    }

    private void addLatest(MessageRun heard) {
        for (int i = 0; i < heard.size(); i++) {
            waiting.addLatest(heard.get(i));
        }
    }

    private void sendToEventBus(MessageRun heard) {
        for (int i = 0; i < heard.size(); i++) {
            Response message = heard.get(i).message();
            Guard.run("to send a message to the event bus", () -> eventBus.send(message));
        }
    }

    private Throwable slow(Admission admission) {
        return failures.slowSubscriber(waiting.size(), waiting.bytes(),
                admission == Admission.TOO_MANY ? "max-waiting-messages" : "max-waiting-bytes");
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
            changed();
        }
        if (last != null) {
            onContext(() -> last.handle(null));
        }
    }

    private void changed() {
        changes = changes + 1;
    }

    private boolean mustDeliver() {
        // While nobody delivers, nobody else looks at the next ones.
        return !delivering && handler != null && demand > 0 && !(waiting.isEmpty() && next.isEmpty());
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
        int count = 0;
        while (count < max) {
            Handler<Response> current;
            int seen;
            int left;
            synchronized (this) {
                if (!prepareNext()) {
                    delivering = false;
                    return count;
                }
                current = handler;
                seen = changes;
                left = Math.min(takeDemand(), max - count);
            }
            do {
                handle(current, next.remove());
                count++;
                left--;
            } while (left > 0 && changes == seen && !next.isEmpty());
        }
        return max;
    }

    /** @return whether there is something to be handed over, and somebody who wants it */
    private boolean prepareNext() {
        if (ended) {
            next.clear();
            return false;
        }
        if (handler == null || demand == 0) {
            return false;
        }
        if (next.isEmpty()) {
            waiting.moveTo(next);
        }
        return !next.isEmpty();
    }

    /** How many may be handed over, one at least, if nothing {@linkplain #changes} meanwhile. */
    private int takeDemand() {
        if (demand == Long.MAX_VALUE) {
            return Integer.MAX_VALUE;
        }
        demand--;
        return 1;
    }

    private void handle(Handler<Response> current, Response message) {
        try {
            current.handle(message);
        } catch (Throwable e) {
            // Even an error is that of one message: those behind it must not wait for ever.
            Guard.run("to report what the handler of a message has thrown", () -> VertxAccess.report(context, e));
        }
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
