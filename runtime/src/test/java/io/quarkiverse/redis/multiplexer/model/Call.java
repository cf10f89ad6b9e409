package io.quarkiverse.redis.multiplexer.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.vertx.core.AsyncResult;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * One call, as its caller knows it: what it was to do, and what came of it. Whoever makes it declares its effects first, then
 * watches its future; the {@link Verdict} reads it when all is over.
 */
final class Call {

    /** What the caller has been told. */
    enum Fate {
        PENDING,
        DONE,
        /** The server answered an error. */
        REFUSED,
        /** The client says that the server has never seen it. */
        UNSENT,
        /** The client says that its connection was lost when it had been sent. */
        LOST,
        /** The client says that it was sent, and not answered in time. */
        TIMED_OUT;

        boolean mayHaveBeenExecuted() {
            return this == DONE || this == LOST || this == TIMED_OUT;
        }
    }

    /** One thing that a call does. */
    sealed interface Effect {
    }

    /** Appends a token that is nobody else's to a list. */
    record Push(String list, String token) implements Effect {
    }

    /** Sets a register to the writer's next number. */
    record Write(long number) implements Effect {
    }

    /** Increments a counter. */
    static final class Increment implements Effect {

        /** Of a transaction that found its counter changed by another one. */
        static final long ABORTED = -1;

        final String counter;
        volatile long reply;

        Increment(String counter) {
            this.counter = counter;
        }
    }

    /** Reads a register. */
    static final class Read implements Effect {
        volatile long number;
    }

    /** Takes an element from a queue. */
    static final class Pop implements Effect {
        volatile String token;
    }

    final String what;
    /** Its place among the calls of its caller. */
    final int index;
    private volatile long began;
    private final List<Effect> effects = new ArrayList<>();
    private final AtomicInteger completions = new AtomicInteger();
    private volatile long ended;
    private volatile Fate fate = Fate.PENDING;
    private volatile String problem;

    Call(String what, int index, Effect... effects) {
        this.what = what;
        this.index = index;
        this.effects.addAll(List.of(effects));
    }

    List<Effect> effects() {
        return effects;
    }

    /** It is made now: what it waits for, of a transaction the commands before its last one, has been answered. */
    void begin() {
        began = System.nanoTime();
    }

    /** Takes note of what the caller is told. */
    void complete(AsyncResult<?> result) {
        ended = System.nanoTime();
        completions.incrementAndGet();
        if (result.succeeded()) {
            fate = Fate.DONE;
        } else if (result.cause() instanceof ErrorType) {
            fate = Fate.REFUSED;
        } else if (result.cause() instanceof CommandFailure failure) {
            fate = !failure.sent() ? Fate.UNSENT
                    : failure instanceof ConnectionLostException ? Fate.LOST : Fate.TIMED_OUT;
        } else {
            fate = Fate.UNSENT;
            // Closing a connection fails what its own caller sends on it from then on, and says so in this way.
            if (!String.valueOf(result.cause().getMessage()).contains("closed")) {
                problem("failed with " + result.cause());
            }
        }
    }

    /** Of what is wrong with it, the first thing is kept. */
    void problem(String what) {
        if (problem == null) {
            problem = what;
        }
    }

    String problem() {
        return problem;
    }

    Fate fate() {
        return fate;
    }

    int completions() {
        return completions.get();
    }

    /** On the clock of {@link System#nanoTime()}. */
    long began() {
        return began;
    }

    /** On the clock of {@link System#nanoTime()}. */
    long ended() {
        return ended;
    }

    @Override
    public String toString() {
        return what + " #" + index + " (" + fate + ")";
    }
}
