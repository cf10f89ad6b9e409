package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** The pauses of those who will try again, which end early when there is nothing to wait for any more. Thread-safe. */
final class Pauses {

    private final Set<Promise<Void>> running = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    /** @return completes on the event loop when the pause is over; on any thread, and perhaps at once, if it ends early */
    Future<Void> begin(EventLoop loop, long nanos) {
        Promise<Void> pause = Promise.promise();
        running.add(pause);
        try {
            loop.schedule(() -> end(pause), nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The event loop is gone.
            end(pause);
        } catch (Throwable e) {
            // There is no memory for a pause.
            running.remove(pause);
            throw e;
        }
        if (ended) {
            end(pause);
        }
        return pause.future();
    }

    private void end(Promise<Void> pause) {
        if (running.remove(pause)) {
            pause.complete();
        }
    }

    /** Ends all that there are, and all that still begin. */
    void endAll() {
        ended = true;
        running.forEach(this::end);
    }
}
