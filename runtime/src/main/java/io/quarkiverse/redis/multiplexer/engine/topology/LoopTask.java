package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.concurrent.RejectedExecutionException;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Something that is done on an event loop. */
final class LoopTask {

    private LoopTask() {
    }

    /**
     * Does it soon. May be called from any thread.
     *
     * @param what it is, for the log if it throws something
     * @return completes when it is done, or never will be, because the event loop is gone and everything with it
     */
    static Future<Void> run(EventLoop loop, String what, Runnable action) {
        Promise<Void> promise = Promise.promise();
        try {
            loop.execute(() -> {
                Guard.run(what, action);
                promise.complete();
            });
        } catch (RejectedExecutionException e) {
            promise.complete();
        }
        return promise.future();
    }

    /** Like {@link #now(EventLoop, Runnable)}, for somebody who waits: what it throws is what the promise fails with. */
    static boolean now(EventLoop loop, Promise<?> promise, Runnable action) {
        return now(loop, () -> {
            try {
                action.run();
            } catch (Throwable e) {
                Guard.fail(promise, e);
            }
        });
    }

    /**
     * Does it at once if this is the thread of the event loop, else soon. May be called from any thread.
     *
     * @return whether it is done, or will be; it never is if the event loop is gone
     */
    static boolean now(EventLoop loop, Runnable action) {
        if (loop.inEventLoop()) {
            action.run();
            return true;
        }
        try {
            loop.execute(action);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
