package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How long a command has been where, for the message of its failure. It is made up then, of what is known anyway: the deadline,
 * and the moment at which the lane wrote. So it is precise to a millisecond or two, and only for times of up to 13 days.
 *
 * @param backlogMillis from accepting it until it was given to a connection, or until its end; empty if it is not known when it
 *        was accepted
 * @param wireMillis from then on; empty if it was not given to one, or has been taken back
 */
record CommandTimes(OptionalLong backlogMillis, OptionalLong wireMillis) {

    /** Moments are counted in units of about half a millisecond, so that one fits into an {@code int}. */
    private static final int UNIT_SHIFT = 19;

    /** A moment, on the clock of {@link System#nanoTime()}, to be kept until it is needed. Never 0. */
    static int mark(long moment) {
        return (int) (moment >> UNIT_SHIFT) | 1;
    }

    /**
     * @param accepted when it was, on the clock of {@link System#nanoTime()}
     * @param written the {@linkplain #mark mark} of when it was given to a connection; 0 if it was not
     */
    static CommandTimes of(OptionalLong accepted, int written, long now) {
        int end = written == 0 ? mark(now) : written;
        return new CommandTimes(
                accepted.isPresent() ? OptionalLong.of(millis(mark(accepted.getAsLong()), end)) : OptionalLong.empty(),
                written == 0 ? OptionalLong.empty() : OptionalLong.of(millis(written, mark(now))));
    }

    private static long millis(int from, int to) {
        return TimeUnit.NANOSECONDS.toMillis((long) Math.max(0, to - from) << UNIT_SHIFT);
    }

    /** Goes on after a semicolon, and is empty if nothing is known. */
    @Override
    public String toString() {
        if (backlogMillis.isEmpty()) {
            return wireMillis.isEmpty() ? "" : "it was on the wire for " + wireMillis.getAsLong() + " ms";
        }
        return "it waited " + backlogMillis.getAsLong() + " ms in the backlog"
                + (wireMillis.isEmpty() ? "" : " and " + wireMillis.getAsLong() + " ms on the wire");
    }
}
