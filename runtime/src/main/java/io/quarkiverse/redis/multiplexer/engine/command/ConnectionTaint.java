package io.quarkiverse.redis.multiplexer.engine.command;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The traces that commands have left on their connection: an open transaction, watched keys, or a database, user or mode that
 * the
 * next user of the connection would not expect. The server's answers decide that, because it may refuse any command: what it
 * refuses changes nothing, with one exception: an EXEC that it answers with EXECABORT, with an error about slots, or with
 * REDIRECT, ends the transaction. While an answer is missing, nothing is known.
 * <p>
 * Not thread-safe.
 */
public final class ConnectionTaint {

    private TransactionState transaction = TransactionState.NONE;
    /** Whether the open transaction has a command that will change the connection when it is executed. */
    private boolean changeQueued;
    private boolean watching;
    private boolean changed;

    /** Takes the answer to a request of this effect. */
    public void answered(StateEffect effect, Response reply) {
        if (reply instanceof ErrorType error) {
            refused(effect, error);
        } else if (isQueued(reply)) {
            queued(effect);
        } else if (effect == StateEffect.EXEC && reply == null) {
            // A watched key has changed: nothing was executed.
            endTransaction();
        } else {
            accepted(effect);
        }
    }

    /**
     * The same on a connection that nobody else can have opened a transaction on: then QUEUED without one is the reply of a
     * script.
     */
    void answeredToUs(StateEffect effect, Response reply) {
        if (isQueued(reply) && !isTransactionOpen()) {
            accepted(effect);
        } else {
            answered(effect, reply);
        }
    }

    /** Takes a request that the server has executed, though its answer is not known. */
    public void executed(StateEffect effect) {
        accepted(effect);
    }

    /** Takes a request that has not been sent, as if the server would accept it. */
    void assumed(StateEffect effect) {
        switch (effect) {
            case EXEC, DISCARD -> {
                // Without a MULTI before it, the server refuses it, and goes on watching.
                if (isTransactionOpen()) {
                    accepted(effect);
                }
            }
            case RESET -> accepted(effect);
            case NONE, MULTI, WATCH, UNWATCH, CHANGE -> {
                if (isTransactionOpen()) {
                    queued(effect);
                } else {
                    accepted(effect);
                }
            }
        }
    }

    public boolean isTransactionOpen() {
        return transaction == TransactionState.OPEN;
    }

    public boolean isClean() {
        return !isTransactionOpen() && !watching && !changed;
    }

    private void accepted(StateEffect effect) {
        switch (effect) {
            case WATCH -> watching = true;
            case UNWATCH -> watching = false;
            case EXEC -> changed |= changeQueued;
            case RESET, CHANGE -> changed = true;
            case NONE, MULTI, DISCARD -> {
            }
        }
        if (effect.endsTransaction()) {
            endTransaction();
        } else {
            transaction = transaction.after(effect);
        }
    }

    private void queued(StateEffect effect) {
        // Also where nobody knew of a transaction: then it is not ours, and the connection is of no use to others.
        transaction = TransactionState.OPEN;
        changeQueued |= effect == StateEffect.CHANGE;
    }

    private void refused(StateEffect effect, ErrorType error) {
        ServerError refusal = ServerError.named(error);
        if (effect == StateEffect.EXEC && discardsTransaction(refusal)) {
            endTransaction();
        } else if ((effect == StateEffect.EXEC || effect == StateEffect.DISCARD) && refusal == ServerError.NO_TRANSACTION) {
            // Keys stay watched.
            transaction = TransactionState.NONE;
            changeQueued = false;
        }
    }

    private static boolean discardsTransaction(ServerError refusalOfExec) {
        return switch (refusalOfExec) {
            case EXECABORT, MOVED, ASK, TRYAGAIN, CLUSTERDOWN, CROSSSLOT, REDIRECT -> true;
            default -> false;
        };
    }

    private void endTransaction() {
        transaction = TransactionState.NONE;
        changeQueued = false;
        watching = false;
    }

    /** Whether a command has become a part of a transaction, to be executed later. */
    static boolean isQueued(Response reply) {
        return reply != null && reply.type() == ResponseType.SIMPLE && "QUEUED".equals(reply.toString());
    }
}
