package io.quarkiverse.redis.multiplexer.engine.lane;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.ConnectionSituation;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Resending;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;

/**
 * Settles the commands of a lane that get no answer: those that were in flight on a connection that is lost are sent again, or
 * fail; those that wait fail when their time is over, or when waiting does not help.
 * <p>
 * Callers may use the lane again when they hear of a failure: they hear of it when its state has changed, and not while that
 * happens.
 * <p>
 * Used on the event loop of the lane.
 */
final class Settlement {

    private final EventLoop loop;
    private final CommandQueue backlog;
    private final Failures failures;
    private final LaneMetrics figures;
    private final boolean retryReadOnly;
    private final boolean failFast;

    /** @param backlog gets what is sent again */
    Settlement(EventLoop loop, CommandQueue backlog, MultiplexerOptions options, Failures failures, LaneMetrics figures) {
        this.loop = loop;
        this.backlog = backlog;
        this.failures = failures;
        this.figures = figures;
        this.retryReadOnly = options.isRetryReadOnly();
        this.failFast = options.getUnavailable() == UnavailablePolicy.FAIL_FAST;
    }

    /**
     * Settles what the server has not executed on another connection: it is sent again, before all others.
     *
     * @param ended whether nothing is sent any more: that connection has outlived the lane's
     */
    void sendAgain(PendingCommand command, boolean ended) {
        if (ended) {
            command.failLater(loop, one -> failures.stopped());
        } else {
            backlog.addFirst(command);
        }
    }

    /**
     * Settles what was in flight on the lane's connection. What has no effect, or none yet, is sent again, if nothing has
     * overtaken it; all else may have been executed, and fails.
     *
     * @param refused are released
     * @param ending whether nothing is sent again that may have been executed
     */
    void settle(CommandQueue inFlight, RefusedCommands refused, boolean ending, Throwable cause) {
        List<PendingCommand> executed = refused.executed();
        CommandQueue released = new CommandQueue();
        refused.releaseTo(released);
        settle(inFlight, released, executed, ending, cause);
    }

    /** The same, for what was in flight on another connection. */
    void settle(CommandQueue inFlight, boolean ending, Throwable cause) {
        settle(inFlight, new CommandQueue(), List.of(), ending, cause);
    }

    private void settle(CommandQueue inFlight, CommandQueue released, List<PendingCommand> executedBehind, boolean ending,
            Throwable cause) {
        try {
            sendAgainOrFail(inFlight, released, executedBehind, ending, cause);
        } catch (Throwable e) {
            // There is no memory to tell one from the other.
            Guard.report("to send again what was in flight", e);
            fail(inFlight, cause);
            fail(released, cause);
        }
    }

    private void sendAgainOrFail(CommandQueue inFlight, CommandQueue released, List<PendingCommand> executedBehind,
            boolean ending, Throwable cause) {
        List<PendingCommand> executed = new ArrayList<>(executedBehind);
        List<PendingCommand> candidates = released.snapshot();
        CommandQueue lost = new CommandQueue();
        inFlight.forEach(command -> {
            if (command.wasSent() && !(retryReadOnly && !ending && command.isRepeatable())) {
                executed.add(command);
                lost.addLast(command);
            } else {
                candidates.add(command);
            }
        });
        Resending resending = Resending.of(candidates, executed);
        resending.overtaken().forEach(lost::addLast);
        CommandQueue again = new CommandQueue();
        resending.again().forEach(again::addLast);
        backlog.addAllFirst(again);
        // From here on nothing needs memory: what is sent again does not fail, too.
        for (int i = 0; i < resending.again().size(); i++) {
            if (resending.again().get(i).repeat()) {
                figures.retried();
            }
        }
        fail(lost, inFlight.size(), cause);
    }

    /** Fails what was in flight on a connection that is lost. */
    void fail(CommandQueue lost, Throwable cause) {
        fail(lost, lost.size(), cause);
    }

    private void fail(CommandQueue lost, int inFlight, Throwable cause) {
        figures.lost(lost.count(command -> !command.isSettled() && !command.isOwnQuestion()));
        int waiting = backlog.size();
        failLater(lost, command -> failures.lost(command, cause, inFlight, waiting));
    }

    /**
     * There is no connection, by {@code cause}. We will try again in any case, but callers wait for that only if they want to,
     * and if it may change anything.
     */
    void failUnlessWaitingHelps(Throwable cause) {
        if (failFast || Failures.isFinal(cause)) {
            figures.unavailable(backlog.size());
            failLater(backlog.takeAll(), command -> cause);
        }
    }

    /** Takes out, and fails, what is overdue at {@code moment}. @param unavailable why it is not sent, or {@code null} */
    void expire(CommandQueue unsent, long moment, Throwable unavailable) {
        int waiting = unsent.size();
        CommandQueue overdue = unsent.takeOverdue(moment);
        figures.timedOut(overdue.size());
        failLater(overdue, command -> failures.timedOut(command, unavailable, waiting));
    }

    /**
     * The same for the backlog.
     *
     * @param now the time, which the moment may be ahead of
     * @param connection that it is in front of, if there is one
     */
    void expireBacklog(Backlog unsent, long now, long moment, Throwable unavailable, Optional<NodeConnection> connection) {
        if (unavailable != null) {
            expire(unsent.commands(), moment, unavailable);
            return;
        }
        int waiting = unsent.commands().size();
        CommandQueue overdue = unsent.commands().takeOverdue(moment);
        if (!overdue.isEmpty()) {
            figures.timedOut(overdue.size());
            try {
                Optional<ConnectionSituation> situation = connection
                        .map(one -> one.situation(now).behind(unsent.obstacle()));
                failLater(overdue, command -> situation.isPresent() ? failures.notWritten(command, situation.get(), waiting)
                        : failures.notYetConnected(command, waiting));
            } catch (Throwable e) {
                // There is no memory to tell what goes on. They are in no queue any more.
                failLater(overdue, command -> e);
            }
        }
    }

    /** Fails what has been refused, and can't be sent again because it has been overtaken. */
    void failOvertaken(List<PendingCommand> overtaken, Throwable refusal) {
        Function<PendingCommand, Throwable> words = command -> refusal;
        for (int i = 0; i < overtaken.size(); i++) {
            overtaken.get(i).failLater(loop, words);
        }
    }

    /** The end: fails what waits. */
    void stop() {
        failLater(backlog.takeAll(), command -> failures.stopped());
    }

    private void failLater(CommandQueue commands, Function<PendingCommand, Throwable> cause) {
        if (commands.isEmpty()) {
            return;
        }
        try {
            Guard.later(loop, () -> commands.failAll(cause));
        } catch (Throwable e) {
            commands.failAll(cause);
        }
    }
}
