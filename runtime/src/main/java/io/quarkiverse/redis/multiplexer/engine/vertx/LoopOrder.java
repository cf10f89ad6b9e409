package io.quarkiverse.redis.multiplexer.engine.vertx;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.EventLoop;

/**
 * Runs actions of any threads on one event loop; those of one thread in their order: at once if it is called there and nothing
 * is queued that came before, and else in a task. Thread-safe.
 */
public final class LoopOrder {

    private final EventLoop loop;
    /** How many actions wait to be run on the event loop. */
    private final AtomicInteger queued = new AtomicInteger();

    public LoopOrder(EventLoop loop) {
        this.loop = loop;
    }

    /** @param onRejected run instead, on this thread, if the event loop takes no more tasks */
    public void run(Runnable action, Runnable onRejected) {
        if (loop.inEventLoop() && queued.get() == 0) {
            action.run();
            return;
        }
        queued.incrementAndGet();
        AtomicBoolean taken = new AtomicBoolean();
        boolean gone;
        try {
            loop.execute(() -> {
                queued.decrementAndGet();
                if (taken.compareAndSet(false, true)) {
                    action.run();
                }
            });
            // In its last moment, a loop takes a task that it neither runs nor rejects.
            gone = loop.isShutdown();
        } catch (RejectedExecutionException e) {
            queued.decrementAndGet();
            gone = true;
        }
        if (gone && taken.compareAndSet(false, true)) {
            onRejected.run();
        }
    }
}
