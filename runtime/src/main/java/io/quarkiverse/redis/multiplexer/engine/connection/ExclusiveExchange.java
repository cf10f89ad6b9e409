package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.Answering;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/**
 * Keeps a command that the server may leave unanswered alone on its connection: it is written when nothing is in flight, and
 * nothing is written behind it before it has been answered. What is to be written meanwhile waits here, in order.
 * <p>
 * Used on the event loop of the connection.
 *
 * @see Answering
 */
final class ExclusiveExchange {

    private final CommandQueue waiting = new CommandQueue();
    private final List<Runnable> afterwards = new ArrayList<>();
    /** Whether an exclusive command is in flight. */
    private boolean running;

    /** Whether a command must be alone, and has not been answered. */
    boolean isActive() {
        return running || !waiting.isEmpty();
    }

    /**
     * Asks whether a command can be written now.
     *
     * @param quiet whether nothing is in flight
     * @return {@code false} if it has been put into the queue of those that wait
     */
    boolean admits(PendingCommand command, boolean quiet) {
        if (isActive() || command.exclusive && !quiet) {
            waiting.addLast(command);
            return false;
        }
        running = command.exclusive;
        return true;
    }

    /** Has something done when nothing is exclusive any more. */
    void afterwards(Runnable action) {
        afterwards.add(action);
    }

    /**
     * A command has been answered, or another one has been written since.
     *
     * @param quiet whether nothing is in flight
     * @return the next command to write, if there is one now
     */
    Optional<PendingCommand> next(boolean quiet) {
        if (running && !quiet) {
            return Optional.empty();
        }
        running = false;
        for (PendingCommand next; (next = waiting.peekFirst()) != null;) {
            if (next.exclusive && !quiet) {
                return Optional.empty();
            }
            waiting.pollFirst();
            // Nobody waits any more for one that has missed its deadline.
            if (!next.isSettled()) {
                running = next.exclusive;
                return Optional.of(next);
            }
        }
        return Optional.empty();
    }

    /**
     * The commands that wait, are overdue, and whose callers wait for them. They are not written any more when they have
     * failed.
     */
    List<PendingCommand> overdue(long now) {
        return waiting.overdue(now);
    }

    /** @return what is to be done now that nothing is exclusive any more */
    List<Runnable> takeAfterwards() {
        List<Runnable> taken = List.copyOf(afterwards);
        afterwards.clear();
        return taken;
    }

    /** The end of the connection. Moves what waits to the end of {@code commands}. */
    void moveWaitingTo(CommandQueue commands) {
        commands.addAllLast(waiting);
        afterwards.clear();
    }
}
