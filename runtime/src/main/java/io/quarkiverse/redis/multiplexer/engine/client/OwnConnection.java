package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;

/**
 * The dedicated connection of a {@link ConnectionDispatch}, and the {@link DispatchState}, which change together.
 * <p>
 * Not thread-safe.
 */
final class OwnConnection {

    private DispatchState state = DispatchState.SHARED;
    private Optional<LentConnection> connection = Optional.empty();
    /** Why it is {@link DispatchState#BROKEN}. */
    private Optional<Throwable> failure = Optional.empty();

    boolean is(DispatchState expected) {
        return state == expected;
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
    void promoting() {
        become(DispatchState.PROMOTING);
    }

    /** It is there, unless it has been lost at once. */
    void lent(LentConnection lent) {
        if (state == DispatchState.PROMOTING) {
            connection = Optional.of(lent);
        }
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
        connection = Optional.empty();
    }

    /** It is given back, because its user has closed. */
    void givenBack() {
        connection = Optional.empty();
    }

    /** It is lost, or there was none to be had. */
    void broken(Throwable cause) {
        become(DispatchState.BROKEN);
        failure = Optional.of(cause);
        connection = Optional.empty();
    }

    private void become(DispatchState next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("A connection cannot go from " + state + " to " + next);
        }
        state = next;
    }
}
