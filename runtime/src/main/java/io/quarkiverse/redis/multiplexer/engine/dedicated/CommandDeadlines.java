package io.quarkiverse.redis.multiplexer.engine.dedicated;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/**
 * The deadlines of the commands of one connection, the earliest first: neither the order of the commands nor that one of them
 * has no deadline hides another one's. Not thread-safe.
 */
final class CommandDeadlines {

    private final PriorityQueue<PendingCommand> commands = new PriorityQueue<>(CommandDeadlines::compare);

    /** Takes a command that has its deadline. */
    void add(PendingCommand command) {
        commands.add(command);
    }

    void remove(PendingCommand command) {
        commands.remove(command);
    }

    /** Whether somebody waits for any of them. */
    boolean areAwaited() {
        forgetSettled();
        return !commands.isEmpty();
    }

    /** The earliest one; empty if there is none. */
    OptionalLong earliest() {
        forgetSettled();
        return commands.isEmpty() || !commands.peek().isLimited() ? OptionalLong.empty()
                : OptionalLong.of(commands.peek().deadline());
    }

    /** Takes out the commands that are overdue and not complete, the earliest deadline first. */
    List<PendingCommand> takeOverdue(long now) {
        List<PendingCommand> overdue = new ArrayList<>();
        forgetSettled();
        while (!commands.isEmpty() && commands.peek().isOverdue(now)) {
            overdue.add(commands.poll());
            forgetSettled();
        }
        return overdue;
    }

    /** Gives a deadline to the commands that have none. */
    void limit(long deadline) {
        List<PendingCommand> endless = commands.stream().filter(PendingCommand::isEndless).toList();
        commands.removeAll(endless);
        for (PendingCommand command : endless) {
            command.limitTo(deadline);
            commands.add(command);
        }
    }

    /** Gives a deadline to a command that is one of these, and has none. */
    void limit(PendingCommand command, long deadline) {
        if (commands.remove(command)) {
            if (command.isEndless()) {
                command.limitTo(deadline);
            }
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
        return a.isLimited() && b.isLimited() ? Long.signum(a.deadline() - b.deadline())
                : Boolean.compare(b.isLimited(), a.isLimited());
    }
}
