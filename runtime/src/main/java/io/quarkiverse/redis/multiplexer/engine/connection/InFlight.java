package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/**
 * The commands of one connection that have been written and whose replies have not all come, in the order of their bytes on
 * the wire. One that has timed out keeps its place, for its late reply. Used on the event loop of the connection.
 */
final class InFlight {

    private final CommandQueue commands = new CommandQueue();
    private long since;
    /** The command whose round trip is being measured, or {@code null}. */
    private PendingCommand probe;
    private long probeWritten;
    private long roundTrip = NodeConnection.NO_ROUND_TRIP;

    /** If this throws, the command is not in here. */
    void add(PendingCommand command) {
        boolean first = commands.isEmpty();
        commands.addLast(command);
        if (probe == null) {
            probe = command;
            probeWritten = System.nanoTime();
        }
        if (first) {
            // Without a command there was no probe: the time has just been taken.
            since = probeWritten;
        }
    }

    /** The oldest one is complete. @param now on the clock of {@link System#nanoTime()} */
    void removeOldest(long now) {
        PendingCommand oldest = commands.pollFirst();
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

    boolean anyMatch(Predicate<PendingCommand> condition) {
        for (int i = 0; i < commands.size(); i++) {
            if (condition.test(commands.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Since when it has not been empty, on the clock of {@link System#nanoTime()}. */
    long since() {
        return since;
    }

    /**
     * The nanoseconds from writing a command to its reply, if that has been measured since this was called last; otherwise
     * {@link NodeConnection#NO_ROUND_TRIP}. One command at a time is measured, so that under load the clock is read once per
     * round trip.
     */
    long takeRoundTrip() {
        long taken = roundTrip;
        roundTrip = NodeConnection.NO_ROUND_TRIP;
        return taken;
    }

    /** The commands whose deadline has passed and whose callers wait for them, in order. They keep their places. */
    List<PendingCommand> overdue(long now) {
        return commands.overdue(now);
    }

    /** What is in flight, in order. */
    List<PendingCommand> snapshot() {
        return commands.snapshot();
    }

    void forEach(Consumer<PendingCommand> action) {
        commands.forEach(action);
    }

    /** What has not been sent is in flight, too, behind what has: this is the end. If this throws, nothing has changed. */
    void addUnsent(CommandQueue unsent) {
        commands.addAllLast(unsent);
    }

    /** Empties it, into an empty queue, which is the caller's. Needs no memory. */
    void moveTo(CommandQueue empty) {
        commands.swap(empty);
        probe = null;
    }
}
