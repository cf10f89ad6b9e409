package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.OptionalLong;

/**
 * The time of a command: until when it may take, since when it has been where, and whether it has been let in. All moments are
 * on the clock of {@link System#nanoTime()}. Used by one thread at a time.
 */
abstract class TimedCommand {

    /** The kinds of time that a command may take. */
    private enum Term {
        /** It has not been accepted. */
        UNSET,
        /** Until its deadline, which is as long after it was accepted as the command timeout is. */
        LIMITED,
        /** Until its deadline, which is another moment. */
        LIMITED_OTHERWISE,
        /** For ever, because its caller asked for that (BLPOP with 0). */
        ENDLESS;

        boolean hasDeadline() {
            return this == LIMITED || this == LIMITED_OTHERWISE;
        }
    }

    private Term term = Term.UNSET;
    /** Of those that have one. */
    private long deadline;
    /** When it was given to a connection, as {@link CommandTimes} count; 0 if it was not, or has been taken back. */
    private int written;
    private boolean place;

    /** The name of the command, without arguments: for messages, which must not tell secrets. */
    public abstract String name();

    /** From now on it must be complete by then: the command timeout after it was accepted, by {@link System#nanoTime()}. */
    public final void mustEndBy(long newDeadline) {
        term = Term.LIMITED;
        deadline = newDeadline;
    }

    /** From now on it must be complete by then, whenever it was accepted. */
    public final void limitTo(long newDeadline) {
        term = Term.LIMITED_OTHERWISE;
        deadline = newDeadline;
    }

    /** It is given to a connection now. @param now on the clock of {@link System#nanoTime()} */
    public final void leavesBacklog(long now) {
        written = CommandTimes.mark(now);
    }

    /** It is to be given to a connection again. */
    final void returnsToBacklog() {
        written = 0;
    }

    /** How long it has been where until {@code now}. @param timeoutNanos the command timeout */
    final CommandTimes times(long timeoutNanos, long now) {
        return CommandTimes.of(term == Term.LIMITED ? OptionalLong.of(deadline - timeoutNanos) : OptionalLong.empty(), written,
                now);
    }

    /** From now on it may take for ever. */
    public final void mayTakeForEver() {
        term = Term.ENDLESS;
    }

    /** From now on it may take as long as the other one may, if that has been told. */
    final void takeTimeOf(TimedCommand other) {
        if (other.isLimited()) {
            mustEndBy(other.deadline());
        } else if (other.isEndless()) {
            mayTakeForEver();
        }
    }

    /** From now on it is a part of what has been let in as a whole: it has as long as that, and room wherever it has to go. */
    public final void takePlaceIn(TimedCommand whole) {
        takeTimeOf(whole);
        takePlace();
    }

    /** From now on there is room for it wherever it has to go: it has been let in. */
    public final void takePlace() {
        place = true;
    }

    /** Whether it has {@linkplain #takePlace its place}. */
    public final boolean hasPlace() {
        return place;
    }

    /** Whether it has been accepted, and told how long it may take. */
    public final boolean isTimed() {
        return term != Term.UNSET;
    }

    /** Whether it has a deadline. */
    public final boolean isLimited() {
        return term.hasDeadline();
    }

    /** Whether it may take for ever. */
    public final boolean isEndless() {
        return term == Term.ENDLESS;
    }

    /**
     * The moment by which it must be complete, on the clock of {@link System#nanoTime()}. @throws IllegalStateException if it
     * is not {@linkplain #isLimited limited}
     */
    public final long deadline() {
        if (!term.hasDeadline()) {
            throw new IllegalStateException(name() + " has no deadline");
        }
        return deadline;
    }

    public final boolean isOverdue(long now) {
        return term.hasDeadline() && deadline - now <= 0;
    }
}
