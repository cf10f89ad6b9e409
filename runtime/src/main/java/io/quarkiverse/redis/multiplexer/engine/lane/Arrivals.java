package io.quarkiverse.redis.multiplexer.engine.lane;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.netty.util.internal.PlatformDependent;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/**
 * The way of commands from any thread to one event loop: a lock-free queue, and at most one wake-up of the loop however
 * many commands come before it gets to them.
 * <p>
 * Invariants: while {@code count} is above 0, a drain is scheduled or running, or somebody is just about to schedule it, until
 * it is closed. Only who holds the monitor takes from the queue: the event loop; who can't wake it; and from {@link #close} on
 * the closer and those callers who were just offering. A command that is offered while the queue is being closed is taken by
 * the closer or, after it, by its own caller; so none is stranded.
 */
final class Arrivals {

    private final EventLoop loop;
    private final Runnable drain;
    private final Consumer<PendingCommand> refuse;
    private final BiConsumer<PendingCommand, Throwable> reject;
    private final Queue<PendingCommand> queue = PlatformDependent.newMpscQueue();
    /** How many commands are in the queue, or about to be. */
    private final AtomicInteger count = new AtomicInteger();
    /** When the first of those came that are in the queue, on the clock of {@link System#nanoTime()}; at the earliest. */
    private volatile long since;
    private volatile boolean closed;

    /**
     * @param drain run on {@code loop} when there is something to {@linkplain #drainTo take}
     * @param refuse given, on any thread, every command that comes too late to be drained
     * @param reject given, on any thread, every command for which the loop can't be woken, and why
     */
    Arrivals(EventLoop loop, Runnable drain, Consumer<PendingCommand> refuse,
            BiConsumer<PendingCommand, Throwable> reject) {
        this.loop = loop;
        this.drain = drain;
        this.refuse = refuse;
        this.reject = reject;
    }

    int size() {
        return count.get();
    }

    /** Since when the queue has not been empty, on the clock of {@link System#nanoTime()}. */
    long since() {
        return since;
    }

    /**
     * Hands over a command. May be called from any thread.
     *
     * @param room how many commands may be waiting in here, this one included
     * @return {@code false} if there is no room for it; if it throws, the command is the caller's, too
     */
    boolean offer(PendingCommand command, int room) {
        if (closed) {
            refuse.accept(command);
            return true;
        }
        int ahead = count.getAndIncrement();
        if (ahead >= room) {
            uncount(ahead);
            return false;
        }
        if (ahead == 0) {
            since = System.nanoTime();
        }
        try {
            queue.add(command);
        } catch (Throwable e) {
            // There is no memory.
            uncount(ahead);
            throw e;
        }
        if (ahead == 0) {
            wakeUp();
        }
        if (closed) {
            refuseAll();
        }
        return true;
    }

    private void uncount(int ahead) {
        int others = count.decrementAndGet();
        if (ahead == 0 && others > 0) {
            // They came while this one was counted, and took it for the one that wakes the loop.
            wakeUp();
        }
    }

    /** Takes what has arrived. Called by the drain. @return how many those are */
    int drainTo(Consumer<PendingCommand> taker) {
        if (count.get() == 0 || closed) {
            return 0;
        }
        int taken = 0;
        try {
            synchronized (this) {
                for (PendingCommand command; (command = queue.poll()) != null;) {
                    taken++;
                    taker.accept(command);
                }
            }
        } finally {
            if (count.addAndGet(-taken) > 0) {
                // Something is just being put into the queue, by a caller who saw that it need not wake us up.
                since = System.nanoTime();
                wakeUp();
            }
        }
        return taken;
    }

    /** Refuses everything that is in the queue, and everything that is offered from now on. May be called from any thread. */
    void close() {
        closed = true;
        refuseAll();
    }

    private void refuseAll() {
        for (PendingCommand command; (command = poll()) != null;) {
            count.decrementAndGet();
            // This calls the caller: never while holding the monitor.
            refuse.accept(command);
        }
    }

    private synchronized PendingCommand poll() {
        return queue.poll();
    }

    private void wakeUp() {
        boolean gone = false;
        boolean coming = true;
        while (coming) {
            try {
                loop.execute(drain);
                coming = false;
                // In its last moment, a loop takes a task that it neither runs nor rejects.
                gone = loop.isShutdown();
            } catch (Throwable e) {
                gone = loop.isShuttingDown();
                // There is no memory, or no room, for one more task. Nobody else would see to what is here.
                coming = !gone && rejectAll(e);
            }
        }
        if (gone) {
            // With the event loop, who would drain is gone. This happens when Vert.x is shut down under us.
            close();
        }
    }

    /** @return whether something is just being put into the queue, by a caller who does not wake the loop */
    private boolean rejectAll(Throwable cause) {
        for (PendingCommand command; (command = poll()) != null;) {
            count.decrementAndGet();
            reject.accept(command, cause);
        }
        return count.get() > 0;
    }
}
