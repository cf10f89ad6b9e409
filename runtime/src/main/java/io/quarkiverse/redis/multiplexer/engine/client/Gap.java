package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.vertx.redis.client.Request;

/**
 * What is missing on a connection because this client had no room for it, and what is sent behind it may rely on, as on MULTI,
 * WATCH or SELECT. Who pipelines has sent that before hearing of the failure: it must not be executed as if there had been
 * none, so it fails by the same cause. These are all transitions:
 *
 * <pre>
 * from           to             when
 * NONE           TRANSACTION    MULTI is missing, and nothing but ordinary commands behind it
 * NONE           CONNECTION     anything else is missing
 * TRANSACTION    NONE           EXEC or DISCARD, which fails; or MULTI, which does not
 * any            CONNECTION     there was no memory: it is not known what is missing
 * </pre>
 *
 * Not thread-safe.
 */
final class Gap {

    private enum State {
        NONE,
        /** It ends with the transaction. */
        TRANSACTION,
        /** It ends with the connection. */
        CONNECTION
    }

    private State state = State.NONE;
    private Throwable cause;

    /** Requests are missing. */
    void begin(List<Request> requests, Throwable newCause) {
        CommandTraits traits = CommandTraits.of(requests);
        if (state == State.NONE && traits.leavesState()) {
            state = traits.leavesTransactionOnly() ? State.TRANSACTION : State.CONNECTION;
            cause = newCause;
        }
    }

    /** There is no memory. Allocates nothing. */
    void beginForGood(Throwable newCause) {
        if (state != State.CONNECTION) {
            state = State.CONNECTION;
            cause = newCause;
        }
    }

    boolean isThere() {
        return state != State.NONE;
    }

    /** Why requests fail that come now; empty if they do not. */
    Optional<Throwable> failureOf(List<Request> requests, Failures failures) {
        if (state == State.NONE) {
            return Optional.empty();
        }
        CommandTraits traits = CommandTraits.of(requests);
        if (state == State.TRANSACTION && traits.beginsTransaction()) {
            state = State.NONE;
            return Optional.empty();
        }
        if (state == State.TRANSACTION && traits.endsTransaction()) {
            state = State.NONE;
        }
        return Optional.of(traits.executes() ? failures.transactionBroken(cause) : cause);
    }
}
