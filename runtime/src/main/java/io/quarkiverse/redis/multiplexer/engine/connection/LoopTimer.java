package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;

/** One thing that is planned to be done later. Used on the event loop on which it is done. */
public final class LoopTimer {

    private final EventLoop loop;
    private Optional<ScheduledFuture<?>> planned = Optional.empty();

    public LoopTimer(EventLoop loop) {
        this.loop = loop;
    }

    /** Plans {@code action}, and nothing else any more. */
    public void plan(Runnable action, long delayMillis) {
        cancel();
        try {
            planned = Optional.of(loop.schedule(action, delayMillis, TimeUnit.MILLISECONDS));
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and with it whatever the plan was about.
            return;
        }
    }

    /** Has {@code action} done again and again, whatever it throws, and nothing else any more. @param what it is, for logs */
    public void repeat(String what, Runnable action, long periodMillis) {
        cancel();
        // What comes out of a task that is repeated ends it.
        Runnable guarded = () -> Guard.run(what, action);
        planned = Optional.of(loop.scheduleAtFixedRate(guarded, periodMillis, periodMillis, TimeUnit.MILLISECONDS));
    }

    public boolean isPlanned() {
        return planned.isPresent();
    }

    public void cancel() {
        planned.ifPresent(timer -> timer.cancel(false));
        planned = Optional.empty();
    }
}
