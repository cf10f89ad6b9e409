package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.LinkedList;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.quarkiverse.redis.multiplexer.engine.command.Guard;

/**
 * What callers and listeners are to be told when a change of state is complete. They may do anything then: throw, or call
 * what has just changed, whose own calls end up here, behind what is there. Used on one event loop.
 */
final class Afterwards {

    private final Executor loop;
    private final Queue<Runnable> actions;
    private boolean running;

    Afterwards(Executor loop) {
        // It is unchanged if there is no memory for more, other than ArrayDeque.
        this(loop, new LinkedList<>());
    }

    /** @param actions empty */
    Afterwards(Executor loop, Queue<Runnable> actions) {
        this.loop = loop;
        this.actions = actions;
    }

    /** Without memory for its place, it is run soon, in a task of its own; without any for that, this throws. */
    void add(Runnable action) {
        try {
            actions.add(action);
        } catch (Throwable e) {
            loop.execute(action);
        }
    }

    /**
     * Runs what has been added so far, unless that is going on already. What is added meanwhile is run soon, so that one who
     * calls again on each failure does not keep the event loop from everything else.
     */
    void run() {
        if (running) {
            return;
        }
        running = true;
        try {
            for (int count = actions.size(); count > 0; count--) {
                Guard.run("to tell a caller or a listener", actions.remove());
            }
        } finally {
            running = false;
            if (!actions.isEmpty()) {
                soon();
            }
        }
    }

    /** Runs what has been added when what goes on now is over. */
    void soon() {
        try {
            loop.execute(this::run);
        } catch (RejectedExecutionException e) {
            // The event loop has ended, and nothing else goes on.
            run();
        }
    }
}
