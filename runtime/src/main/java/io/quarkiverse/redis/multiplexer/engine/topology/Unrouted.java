package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/** Commands that wait until anything is known of a cluster. Used on one event loop, but for {@link #size}. */
final class Unrouted {

    private final boolean failFast;
    private final CommandQueue commands = new CommandQueue();
    /** Why nothing is known; empty if nobody has tried in vain. */
    private Optional<Throwable> unknownBy = Optional.empty();
    private volatile int size;

    /** @param failFast whether callers do not want to wait for what is not available */
    Unrouted(boolean failFast) {
        this.failFast = failFast;
    }

    /** How many there are, as it was at the end of the last turn. May be called from any thread. */
    int size() {
        return size;
    }

    boolean isEmpty() {
        return commands.isEmpty();
    }

    Optional<Throwable> unknownBy() {
        return unknownBy;
    }

    /** It has been let in: who has its keys must not refuse it for want of room, however many others have waited with it. */
    void add(PendingCommand command) {
        command.takePlace();
        commands.addLast(command);
    }

    /** There are no more in this turn. */
    void onDrained(BiConsumer<PendingCommand, Throwable> failer) {
        unknownBy.ifPresent(cause -> failUnlessWaitingHelps(cause, failer));
        size = commands.size();
    }

    /** Somebody has tried in vain. It is tried again in any case, but callers wait only if they want to, and if it may help. */
    void unknown(Throwable cause, BiConsumer<PendingCommand, Throwable> failer) {
        unknownBy = Optional.of(cause);
        failUnlessWaitingHelps(cause, failer);
        size = commands.size();
    }

    private void failUnlessWaitingHelps(Throwable cause, BiConsumer<PendingCommand, Throwable> failer) {
        if (failFast || Failures.isFinal(cause)) {
            Consumer<PendingCommand> taker = command -> failer.accept(command, cause);
            commands.takeAll().handTo(taker);
        }
    }

    /** Something is known. */
    void release(Consumer<PendingCommand> taker) {
        unknownBy = Optional.empty();
        commands.takeAll().handTo(taker);
        size = 0;
    }

    /** Takes out what is overdue at {@code moment}. */
    void takeOverdue(long moment, Consumer<PendingCommand> taker) {
        commands.takeOverdue(moment).handTo(taker);
        size = commands.size();
    }
}
