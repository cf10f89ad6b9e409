package io.quarkiverse.redis.multiplexer.engine.command;

/**
 * The states of a transaction on a connection. This is the one place that knows what begins and ends it.
 * {@link ConnectionTaint} goes
 * through these states with what the server answers, {@link OpenTransaction} with what is written.
 *
 * <pre>
 * NONE    --MULTI-->                  OPEN
 * OPEN    --a part is missing-->      BROKEN
 * OPEN    --EXEC, DISCARD, RESET-->   NONE
 * BROKEN  --EXEC, DISCARD, RESET-->   NONE
 * </pre>
 */
enum TransactionState {
    NONE,
    OPEN,
    /** It must not be executed: something is missing that was to be in it. */
    BROKEN;

    /** The state when a request of this effect has been accepted. */
    TransactionState after(StateEffect effect) {
        if (effect.endsTransaction()) {
            return NONE;
        }
        return this == NONE && effect == StateEffect.MULTI ? OPEN : this;
    }

    /** The state when something is missing. */
    TransactionState afterLoss() {
        return this == OPEN ? BROKEN : this;
    }
}
