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
}
