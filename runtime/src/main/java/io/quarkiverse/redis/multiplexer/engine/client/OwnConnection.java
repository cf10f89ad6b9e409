package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;

/**
 * The dedicated connection of a {@link ConnectionDispatch}, and the {@link DispatchState}, which change together. Each one is
 * lent to a borrower of its own: what others say is about connections that have been left, and are not given back yet.
 * <p>
 * Not thread-safe.
 */
final class OwnConnection {

    private DispatchState state = DispatchState.SHARED;
    /** There while it is {@link DispatchState#PROMOTING} or {@link DispatchState#DEDICATED}. */
    private Optional<Borrower> borrower = Optional.empty();
    private Optional<LentConnection> connection = Optional.empty();
    /** Why it is {@link DispatchState#BROKEN}. */
    private Optional<Throwable> failure = Optional.empty();
    private boolean closed;

    boolean is(DispatchState expected) {
        return state == expected;
    }

    /** Whether the connection is the one that is lent, or to be lent, to this borrower. */
    boolean isOf(Borrower candidate) {
        return borrower.filter(candidate::equals).isPresent();
    }

    /** Empty if there is none, or none yet. */
    Optional<LentConnection> connection() {
        return connection;
    }

    /** Why it is {@link DispatchState#BROKEN}; empty if it is not. */
    Optional<Throwable> failure() {
        return failure;
    }

    /** One is asked for. */
    void promoting(Borrower newBorrower) {
        become(DispatchState.PROMOTING);
        borrower = Optional.of(newBorrower);
    }

    /**
     * The connection of this borrower is there, unless that has been lost at once.
     *
     * @return what nobody needs, and is to be given back
     */
    Optional<LentConnection> lent(Borrower to, LentConnection lent) {
        if (!isOf(to)) {
            return Optional.of(lent);
        }
        connection = Optional.of(lent);
        return Optional.empty();
    }

    /** All that waited for it has been passed on to it. */
    void passedOn() {
        if (state == DispatchState.PROMOTING) {
            become(DispatchState.DEDICATED);
        }
    }

    /** It is done without from now on. */
    void left() {
        become(DispatchState.SHARED);
        borrower = Optional.empty();
        connection = Optional.empty();
    }

    /** Its user takes nothing more. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** It is given back, because its user has closed. */
    void givenBack() {
        connection = Optional.empty();
    }

    /** It is lost, or there was none to be had. */
    void broken(Throwable cause) {
        become(DispatchState.BROKEN);
        failure = Optional.of(cause);
        borrower = Optional.empty();
        connection = Optional.empty();
    }

    private void become(DispatchState next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("A connection cannot go from " + state + " to " + next);
        }
        state = next;
    }
}
