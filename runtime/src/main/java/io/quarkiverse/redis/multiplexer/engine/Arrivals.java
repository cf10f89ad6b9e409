package io.quarkiverse.redis.multiplexer.engine;

import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.netty.util.internal.PlatformDependent;

/**
 * The way of commands from any thread to one event loop: a lock-free queue, and at most one wake-up of the loop however
 * many commands come before it gets to them.
 * <p>
 * Invariants: while {@code count} is above 0, a drain is scheduled or running. Only one thread at a time takes from the
 * queue: the event loop until {@link #close}, and from then on whoever holds the monitor. A command that is offered while
 * the queue is being closed is taken by the closer or, after it, by its own caller; so none is stranded.
 */
final class Arrivals {

    private final EventLoop loop;
    private final Runnable drain;
    private final Queue<PendingCommand> queue = PlatformDependent.newMpscQueue();
    /** How many commands are in the queue, or about to be. */
    private final AtomicInteger count = new AtomicInteger();
    private volatile Consumer<PendingCommand> leftovers;

    /** @param drain run on {@code loop} when there is something to {@linkplain #drainTo take} */
    Arrivals(EventLoop loop, Runnable drain) {
        this.loop = loop;
        this.drain = drain;
    }

    int size() {
        return count.get();
    }

    /**
     * Hands over a command. May be called from any thread.
     *
     * @param room how many commands may be waiting in here, this one included
     * @return {@code false} if there is no room for it
     */
    boolean offer(PendingCommand command, int room) {
        int ahead = count.getAndIncrement();
        if (ahead >= room) {
            int others = count.decrementAndGet();
            if (ahead == 0 && others > 0) {
                // They came while this one was counted, and took it for the one that wakes the loop.
                wakeUp();
            }
            return false;
        }
        queue.add(command);
        if (ahead == 0) {
            wakeUp();
        }
        Consumer<PendingCommand> taker = leftovers;
        if (taker != null) {
            takeAll(taker);
        }
        return true;
    }

    /** Takes what has arrived. Called by the drain. */
    void drainTo(Consumer<PendingCommand> taker) {
        if (count.get() == 0 || leftovers != null) {
            return;
        }
        int taken = 0;
        for (PendingCommand command; (command = queue.poll()) != null; taken++) {
            taker.accept(command);
        }
        if (count.addAndGet(-taken) > 0) {
            // Something is just being put into the queue, by a caller who saw that it need not wake us up.
            loop.execute(drain);
        }
    }

    /** Gives everything that is in the queue, and everything that is offered from now on, to {@code taker}. */
    void close(Consumer<PendingCommand> taker) {
        leftovers = taker;
        takeAll(taker);
    }

    private synchronized void takeAll(Consumer<PendingCommand> taker) {
        for (PendingCommand command; (command = queue.poll()) != null;) {
            taker.accept(command);
        }
    }

    private void wakeUp() {
        try {
            loop.execute(drain);
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and with it the only one who takes. This happens when Vert.x is shut down under us.
            close(command -> command.fail(e));
        }
    }
}
