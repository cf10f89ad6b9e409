package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.EventLoop;

/**
 * Runs actions of any threads on one event loop, in order: at once if it is called there and nothing is queued that came
 * before, and else in a task. Thread-safe.
 */
final class LoopOrder {

    private final EventLoop loop;
    private final AtomicInteger queued = new AtomicInteger();

    LoopOrder(EventLoop loop) {
        this.loop = loop;
    }

    /** @param onRejected run instead, on this thread, if the event loop takes no more tasks */
    void run(Runnable action, Runnable onRejected) {
        if (loop.inEventLoop() && queued.get() == 0) {
            action.run();
            return;
        }
        queued.incrementAndGet();
        try {
            loop.execute(() -> {
                queued.decrementAndGet();
                action.run();
            });
        } catch (RejectedExecutionException e) {
            queued.decrementAndGet();
            onRejected.run();
        }
    }
}
