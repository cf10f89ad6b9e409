package io.quarkiverse.redis.multiplexer.engine;

import java.util.function.Function;

/**
 * The commands of one connection that have been written and whose replies have not all come, in the order of their bytes on
 * the wire. One that has timed out keeps its place, for its late reply. Used on the event loop of the connection.
 */
final class InFlight {

    static final long NO_ROUND_TRIP = -1;

    private CommandQueue commands = new CommandQueue();
    /** How many commands at the head of the queue have timed out, and just wait for their late replies. */
    private int expired;
    private long since;
    /** The command whose round trip is being measured, or {@code null}. */
    private PendingCommand probe;
    private long probeWritten;
    private long roundTrip = NO_ROUND_TRIP;

    void add(PendingCommand command) {
        if (probe == null) {
            probe = command;
            probeWritten = System.nanoTime();
        }
        if (commands.isEmpty()) {
            // Without a command there is no probe: the time has just been taken.
            since = probeWritten;
        }
        commands.addLast(command);
    }

    /** The oldest one is complete. @param now on the clock of {@link System#nanoTime()} */
    void removeOldest(long now) {
        PendingCommand oldest = commands.pollFirst();
        if (expired > 0) {
            expired--;
        }
        if (oldest == probe) {
            probe = null;
            roundTrip = now - probeWritten;
        }
    }

    /** @return {@code null} if there is none */
    PendingCommand oldest() {
        return commands.peekFirst();
    }

    int size() {
        return commands.size();
    }

    boolean isEmpty() {
        return commands.isEmpty();
    }

    /** Since when it has not been empty, on the clock of {@link System#nanoTime()}. */
    long since() {
        return since;
    }

    /**
     * The nanoseconds from writing a command to its reply, if that has been measured since this was called last; otherwise
     * {@link #NO_ROUND_TRIP}. One command at a time is measured, so that under load the clock is read once per round trip.
     */
    long takeRoundTrip() {
        long taken = roundTrip;
        roundTrip = NO_ROUND_TRIP;
        return taken;
    }

    /**
     * Fails the commands whose deadline has passed. They keep their places.
     *
     * @return how many those were
     */
    int expire(long now, Function<PendingCommand, Throwable> failure) {
        int count = 0;
        while (expired < commands.size()) {
            PendingCommand oldest = commands.get(expired);
            if (!oldest.isSettled()) {
                if (!oldest.isOverdue(now)) {
                    break;
                }
                oldest.fail(failure.apply(oldest));
                count++;
            }
            expired++;
        }
        return count;
    }

    /** Empties it. @return what was in it, in order; the caller's from now on */
    CommandQueue takeAll() {
        CommandQueue all = commands;
        commands = new CommandQueue();
        expired = 0;
        probe = null;
        return all;
    }
}
