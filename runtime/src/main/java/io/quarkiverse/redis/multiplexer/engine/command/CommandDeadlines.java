package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The deadlines of the commands of one connection, the earliest first: neither the order of the commands nor that one of them
 * has no deadline hides another one's. Not thread-safe.
 */
public final class CommandDeadlines {

    private final PriorityQueue<PendingCommand> commands = new PriorityQueue<>(CommandDeadlines::compare);

    /** Takes a command that has its deadline. */
    public void add(PendingCommand command) {
        commands.add(command);
    }

    public void remove(PendingCommand command) {
        commands.remove(command);
    }

    /** Whether somebody waits for any of them. */
    public boolean areAwaited() {
        forgetSettled();
        return !commands.isEmpty();
    }

    /** The earliest one; {@link PendingCommand#NO_DEADLINE} if there is none. */
    public long earliest() {
        forgetSettled();
        return commands.isEmpty() ? PendingCommand.NO_DEADLINE : commands.peek().deadline;
    }

    /** Takes out the commands that are overdue and not complete, the earliest deadline first. */
    public List<PendingCommand> takeOverdue(long now) {
        List<PendingCommand> overdue = new ArrayList<>();
        forgetSettled();
        while (!commands.isEmpty() && commands.peek().isOverdue(now)) {
            overdue.add(commands.poll());
            forgetSettled();
        }
        return overdue;
    }

    /** Gives a deadline to the commands that have none. */
    public void limit(long deadline) {
        List<PendingCommand> endless = commands.stream()
                .filter(command -> command.deadline == PendingCommand.NO_DEADLINE).toList();
        commands.removeAll(endless);
        for (PendingCommand command : endless) {
            command.deadline = deadline;
            commands.add(command);
        }
    }

    private void forgetSettled() {
        while (!commands.isEmpty() && commands.peek().isSettled()) {
            commands.poll();
        }
    }

    /** The clock of {@link System#nanoTime()} may pass through zero, and even overflow. */
    private static int compare(PendingCommand a, PendingCommand b) {
        boolean endlessA = a.deadline == PendingCommand.NO_DEADLINE;
        boolean endlessB = b.deadline == PendingCommand.NO_DEADLINE;
        return endlessA || endlessB ? Boolean.compare(endlessA, endlessB) : Long.signum(a.deadline - b.deadline);
    }
}
