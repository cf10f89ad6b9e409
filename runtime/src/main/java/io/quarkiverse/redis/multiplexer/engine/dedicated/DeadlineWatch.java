package io.quarkiverse.redis.multiplexer.engine.dedicated;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;

/**
 * Keeps the deadlines of the commands of one {@link DedicatedConnection}. Each has its {@link Patience}, and the time on top
 * that those before it may block; those that may block for ever do not count.
 * <p>
 * One that misses its deadline takes the connection with it, unless the server is rightly busy with a command before it. It
 * does in any case if it was not sent, and what comes behind it may rely on it, as on MULTI.
 * <p>
 * Used on the event loop of the connection.
 */
final class DeadlineWatch {

    /** The longest time that is limited, for all practical purposes; sums of it do not overflow. */
    private static final long MAX_BLOCK_NANOS = TimeUnit.DAYS.toNanos(365 * 30);

    private final NodeConnection connection;
    private final EventLoop loop;
    private final Failures failures;
    private final Runnable afterwards;
    private final LongSupplier clock;
    private final CommandDeadlines deadlines = new CommandDeadlines();
    /** Those that have not been answered, and that others behind them may rely on. */
    private final Set<PendingCommand> reliedOn = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Until when the server may rightly be blocked by what has been submitted. */
    private long blockedUntil;
    private Optional<ScheduledFuture<?>> timer = Optional.empty();
    private long timerDue;

    /**
     * @param clock {@link System#nanoTime()}
     * @param afterwards to be called when commands have failed because their time was over
     */
    DeadlineWatch(NodeConnection connection, EventLoop loop, Failures failures, LongSupplier clock, Runnable afterwards) {
        this.connection = connection;
        this.loop = loop;
        this.failures = failures;
        this.clock = clock;
        this.afterwards = afterwards;
        this.blockedUntil = clock.getAsLong();
    }

    /**
     * Gives a command its deadline; if that is over, because it has waited for the connection for too long, the command fails.
     *
     * @param leavesState whether what comes behind it may rely on it
     * @param first whether nothing is before it
     */
    void begin(PendingCommand command, Patience patience, boolean leavesState, boolean first) {
        long now = clock.getAsLong();
        if (leavesState) {
            reliedOn.add(command);
        }
        OptionalLong deadline = deadline(patience, first, now);
        if (deadline.isEmpty()) {
            command.mayTakeForEver();
        } else if (patience.isRegular(deadline.getAsLong())) {
            command.mustEndBy(deadline.getAsLong());
        } else {
            command.limitTo(deadline.getAsLong());
        }
        add(command);
        if (command.isOverdue(now)) {
            expire();
        }
    }

    void begin(PendingCommand command, long deadline) {
        command.mustEndBy(deadline);
        add(command);
    }

    private void add(PendingCommand command) {
        deadlines.add(command);
        watch();
    }

    private OptionalLong deadline(Patience patience, boolean first, long now) {
        if (first || blockedUntil - now < 0) {
            blockedUntil = now;
        }
        long ahead = blockedUntil - now;
        OptionalLong own = patience.deadline(now);
        if (own.isEmpty() || Math.max(ahead, patience.finitelyBlockedNanos()) > MAX_BLOCK_NANOS) {
            return OptionalLong.empty();
        }
        blockedUntil += patience.finitelyBlockedNanos();
        return OptionalLong.of(own.getAsLong() + ahead);
    }

    /** Whether somebody waits for any of the commands. */
    boolean areAwaited() {
        return deadlines.areAwaited();
    }

    void answered(PendingCommand command) {
        reliedOn.remove(command);
    }

    /** The command has become somebody else's. */
    void forget(PendingCommand command) {
        reliedOn.remove(command);
        deadlines.remove(command);
    }

    /** Gives a deadline to those that may take for ever. */
    void limit(long deadline) {
        deadlines.limit(deadline);
        watch();
    }

    /** Gives a deadline to one of them, if it may take for ever. */
    void limit(PendingCommand command, long deadline) {
        deadlines.limit(command, deadline);
        watch();
    }

    void end() {
        timer.ifPresent(pending -> pending.cancel(false));
    }

    /** One timer at most, for the earliest deadline. */
    private void watch() {
        OptionalLong earliest = deadlines.earliest();
        if (earliest.isEmpty() || !connection.isOpen() || timer.isPresent() && timerDue - earliest.getAsLong() <= 0) {
            return;
        }
        long due = earliest.getAsLong();
        Optional<ScheduledFuture<?>> earlier = Optional
                .of(loop.schedule(this::onDeadline, due - clock.getAsLong(), TimeUnit.NANOSECONDS));
        // Without memory for that, the one that there is goes on, and plans the next one then.
        timer.ifPresent(later -> later.cancel(false));
        timer = earlier;
        timerDue = due;
    }

    private void onDeadline() {
        timer = Optional.empty();
        try {
            expire();
            afterwards.run();
        } finally {
            watch();
        }
    }

    private void expire() {
        long now = clock.getAsLong();
        Optional<PendingCommand> oldest = connection.oldestInFlight();
        // Nobody waits for an old one that has missed its deadline before. What comes behind it must have come by now.
        boolean stuck = oldest.filter(command -> command.isSettled() || command.isOverdue(now)).isPresent();
        Function<PendingCommand, Throwable> words = command -> failures.timedOut(command, null);
        List<PendingCommand> overdue = deadlines.takeOverdue(now);
        // Nobody looks at these again: they fail whatever there is no memory for.
        try {
            if (isMisleading(overdue) || stuck && !overdue.isEmpty()) {
                connection.close(words.apply(overdue.get(0)));
            }
        } finally {
            for (int i = 0; i < overdue.size(); i++) {
                overdue.get(i).failBy(words);
            }
        }
    }

    /** Whether what comes behind one of these relies on what has not been sent. */
    private boolean isMisleading(List<PendingCommand> overdue) {
        return overdue.stream().anyMatch(command -> reliedOn.remove(command) && !command.wasSent());
    }
}
