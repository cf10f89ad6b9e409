package io.quarkiverse.redis.multiplexer.engine.command;

/**
 * A lower bound of the deadlines of some commands, so that they need not all be looked at again and again. It may be too early:
 * commands leave. The clock of {@link System#nanoTime()} may pass through zero, and even overflow. Not
 * thread-safe.
 */
final class EarliestDeadline {

    private enum State {
        /** No command has a deadline. */
        NONE,
        /** None has an earlier one. */
        KNOWN
    }

    private State state = State.NONE;
    private long earliest;

    /** A command has come, or stays. */
    void note(PendingCommand command) {
        if (command.isLimited() && (state == State.NONE || command.deadline() - earliest < 0)) {
            earliest = command.deadline();
            state = State.KNOWN;
        }
    }

    /** There are no commands any more, or they are all going to be noted again. */
    void clear() {
        state = State.NONE;
    }

    boolean mayHavePassed(long now) {
        return state == State.KNOWN && earliest - now <= 0;
    }
}
