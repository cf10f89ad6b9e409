package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The transaction that is being written on a connection. If a part of it could not be written, it must not be executed without
 * that part. Answers tell too late: EXEC may be written before they come.
 *
 * Not thread-safe.
 */
public final class OpenTransaction {

    private TransactionState state = TransactionState.NONE;
    private Throwable cause;
    /** Those of its commands that have been passed on to be written, but were not written at once. */
    private final Queue<PendingCommand> unwritten = new ArrayDeque<>();

    /** A command has been passed on to be written. */
    public void passedOn(PendingCommand command, CommandTraits traits) {
        for (StateEffect effect : traits.effects()) {
            if (effect.endsTransaction()) {
                end();
            } else {
                state = state.after(effect);
            }
        }
        if (state == TransactionState.OPEN && !command.wasSent()) {
            unwritten.add(command);
        }
    }

    /** A command has failed, and was not written. */
    public void failed(Throwable newCause) {
        if (state == TransactionState.OPEN) {
            state = state.afterLoss();
            cause = newCause;
        }
    }

    /** Whether it is not known yet if all of it can be written. */
    public boolean isUncertain() {
        while (!unwritten.isEmpty() && (unwritten.peek().wasSent() || unwritten.peek().isSettled())) {
            PendingCommand decided = unwritten.poll();
            if (!decided.wasSent()) {
                failed(new IllegalStateException(decided.name() + " could not be written"));
            }
        }
        return !unwritten.isEmpty();
    }

    /** Whether MULTI has been written, and nothing that ends it. */
    public boolean isBegun() {
        return state != TransactionState.NONE;
    }

    public boolean isBroken() {
        return state == TransactionState.BROKEN;
    }

    /** Why it is broken. */
    public Throwable cause() {
        return cause;
    }

    public void end() {
        state = TransactionState.NONE;
        cause = null;
        unwritten.clear();
    }
}
