package io.quarkiverse.redis.multiplexer.engine.dedicated;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.ConnectionTaint;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.OpenTransaction;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * The commands of a {@link DedicatedConnection}, in the order in which its borrower submits them. Most are written at once.
 * Some
 * wait until everything before them has been answered, and with them all that is behind them:
 * <ul>
 * <li>WAIT, until its {@link ReplicationMarker} has been accepted, if it needs one;</li>
 * <li>EXEC, while it is not certain that all of its transaction can be written. If that fails, DISCARD takes its place.</li>
 * </ul>
 * Nothing is written behind a command that it may rely on, as on SELECT, while it is not certain that this can be written; if
 * it can't be, the connection is closed. Each has a deadline, kept by the {@link DeadlineWatch}.
 * <p>
 * Used on the event loop of the connection.
 */
final class DedicatedCommands {

    /** The next thing that the borrower did. */
    private sealed interface Turn {
    }

    private record CommandTurn(PendingCommand command, CommandTraits traits, Marking marking) implements Turn {
    }

    /** The borrower tried to do something that failed before it came here. */
    private record FailureTurn(Throwable cause) implements Turn {
    }

    private final NodeConnection connection;
    private final EventLoop loop;
    private final Failures failures;
    private final ReplicationMarker marker;
    private final LongSupplier clock;
    private final long timeoutNanos;
    private final int maxPending;
    private final Deque<Turn> turns = new ArrayDeque<>();
    private final DeadlineWatch deadlines;
    private ConnectionTaint taint = new ConnectionTaint();
    private OpenTransaction transaction = new OpenTransaction();
    /** Whose marker is in flight. */
    private Optional<Marking> asked = Optional.empty();
    /** Nothing is written before this one is answered. */
    private Optional<PendingCommand> awaited = Optional.empty();
    /** What comes behind it may rely on it, and it was not written at once. */
    private Optional<PendingCommand> uncertain = Optional.empty();
    private boolean goingOn;

    /**
     * @param marker the one to be tried first
     * @param clock {@link System#nanoTime()}
     */
    DedicatedCommands(NodeConnection connection, EventLoop loop, MultiplexerOptions options, Failures failures,
            ReplicationMarker marker, LongSupplier clock) {
        this.connection = connection;
        this.loop = loop;
        this.failures = failures;
        this.marker = marker;
        this.clock = clock;
        this.timeoutNanos = options.getCommandTimeout().toNanos();
        this.deadlines = new DeadlineWatch(connection, loop, failures, clock, this::goOn);
        this.maxPending = options.getMaxPending();
    }

    /** Somebody borrows the connection, which is clean. */
    void begin() {
        taint = new ConnectionTaint();
        transaction = new OpenTransaction();
        awaited = Optional.empty();
        asked = Optional.empty();
        uncertain = Optional.empty();
    }

    /** Whether somebody waits for any of them. */
    boolean areAwaited() {
        return deadlines.areAwaited();
    }

    /** Whether nothing is left of those that have been submitted, neither here nor on the server. */
    boolean haveLeftNothing() {
        return areAnswered() && taint.isClean();
    }

    /** Whether those that have been answered have left nothing on the server. */
    boolean leaveNothing() {
        return taint.isClean();
    }

    private boolean areAnswered() {
        return turns.isEmpty() && connection.inFlight() == 0;
    }

    void submit(PendingCommand command, CommandTraits traits, Patience patience) {
        if (!connection.isOpen()) {
            command.fail(failures.lost(command, connection.closeCause()));
        } else if (turns.size() + connection.inFlight() >= maxPending) {
            refuse(command, traits, failures.connectionFull(command));
        } else {
            command.exclusive = traits.exclusive();
            boolean first = areAnswered();
            turns.add(new CommandTurn(command, traits, new Marking(marker)));
            // It may be overdue. Who hears of that, and submits more at once, comes behind it.
            deadlines.begin(command, patience, traits.leavesState(), first);
            goOn();
        }
    }

    /** The borrower could not submit a command. Nothing must be executed that relies on it, nor a transaction without it. */
    void refuse(PendingCommand command, CommandTraits traits, Throwable cause) {
        try {
            if (traits.leavesState()) {
                connection.close(cause);
            }
            partFailed(cause);
        } finally {
            command.fail(cause);
        }
    }

    /** The borrower could not submit what it should have. */
    void partFailed(Throwable cause) {
        if (turns.isEmpty()) {
            transaction.failed(cause);
        } else if (!(turns.peekLast() instanceof FailureTurn)) {
            turns.add(new FailureTurn(cause));
        }
    }

    /** Writes what can be written now. */
    void goOn() {
        if (goingOn) {
            // A caller has heard of a failure, and submits more. It is not forgotten.
            return;
        }
        goingOn = true;
        try {
            while (connection.isOpen() && isCertain() && !turns.isEmpty() && isTaken(turns.peekFirst())) {
                turns.pollFirst();
            }
        } finally {
            goingOn = false;
            connection.flush();
        }
    }

    /** Nothing is written behind what others rely on and what may not have been written. If it has not, the connection ends. */
    private boolean isCertain() {
        uncertain = uncertain.filter(command -> !command.wasSent());
        if (uncertain.filter(PendingCommand::isSettled).isPresent()) {
            connection.close(new IllegalStateException(uncertain.get().name() + " could not be written"));
        }
        return uncertain.isEmpty();
    }

    private boolean isTaken(Turn turn) {
        if (turn instanceof CommandTurn next) {
            return isTaken(next.command, next.traits, next.marking);
        }
        transaction.failed(((FailureTurn) turn).cause);
        return true;
    }

    private boolean isTaken(PendingCommand command, CommandTraits traits, Marking marking) {
        if (command.isSettled()) {
            transaction.failed(failures.timedOut(command, null));
            return true;
        }
        // What could not be written is not answered.
        awaited = awaited.filter(one -> one.wasSent() || !one.isSettled());
        if (awaited.isPresent() || traits.waitsForReplicas() && connection.inFlight() > 0) {
            return false;
        }
        if (traits.logsIn() && transaction.isBegun()) {
            deadlines.forget(command);
            command.fail(failures.unanswered());
            transaction.failed(failures.unanswered());
            return true;
        }
        if (traits.waitsForReplicas() && !taint.isTransactionOpen()) {
            return isTakenWhenMarked(command, traits, marking);
        }
        if (traits.executes() && transaction.isUncertain()) {
            return false;
        }
        if (traits.executes() && transaction.isBroken()) {
            discard(command);
        } else {
            write(command, traits);
        }
        return true;
    }

    /** Only what comes after its marker has been accepted can tell about what was written before. */
    private boolean isTakenWhenMarked(PendingCommand command, CommandTraits traits, Marking marking) {
        switch (marking.state()) {
            case WANTED -> {
                asked = Optional.of(marking);
                awaited = Optional.of(own(marking.ask(), command.isEndless() ? soon() : command.deadline(), Promise.promise()));
                pass(awaited.get());
                return false;
            }
            case ASKED ->
                command.fail(failures.rejected(command, new IllegalStateException("no mark before it could be written")));
            case DONE -> write(command, traits);
            case REFUSED -> {
                if (traits.writesBeforeWaiting()) {
                    write(command, traits);
                } else {
                    command.fail(marking.isAboutTheMarker()
                            ? failures.noMarker(command, marking.right(), marking.refusal())
                            : marking.refusal());
                }
            }
        }
        return true;
    }

    private void write(PendingCommand command, CommandTraits traits) {
        try {
            pass(command);
            transaction.passedOn(command, traits);
            if (traits.leavesState() && !command.wasSent()) {
                uncertain = Optional.of(command);
            }
        } catch (Throwable e) {
            // It may be on its way, and its turn is not over: it would be written again.
            connection.close(e);
            throw e;
        }
    }

    private void pass(PendingCommand command) {
        command.leavesBacklog(clock.getAsLong());
        connection.write(command);
        if (!command.wasSent()) {
            // When this runs, it has been, unless it waits for the socket; or there is no memory for it, of which we hear later.
            loop.execute(this::goOn);
        }
    }

    /** The transaction must not be executed without the part that has failed. */
    private void discard(PendingCommand exec) {
        Throwable cause = failures.transactionBroken(transaction.cause());
        transaction.end();
        Promise<Response> discarded = Promise.promise();
        discarded.future().onComplete(answer -> {
            if (taint.isTransactionOpen()) {
                // The next transaction of the caller would execute this one.
                connection.close(failures.abandoned());
            }
        });
        pass(own(Request.cmd(Command.DISCARD), soon(), discarded));
        exec.fail(cause);
    }

    /** A command of ours. */
    private PendingCommand own(Request request, long deadline, Promise<Response> answer) {
        PendingCommand command = new SingleCommand(request, answer, CommandReport.NONE);
        deadlines.begin(command, deadline);
        return command;
    }

    /** The socket takes more again. What could not be written fails in a task of its own, which is ahead of this one. */
    void onWritable() {
        loop.execute(this::goOn);
    }

    /** A reply has come; its command has not got it yet. */
    void onAnswer(PendingCommand command, Response reply) {
        taint.answered(command.nextEffect(), reply);
        asked.filter(marking -> isAwaited(command)).ifPresent(marking -> marking.answered(reply));
        endWaitingFor(command);
    }

    /** A reply has come that is not known. Its command has been executed. */
    void onDroppedAnswer(PendingCommand command) {
        taint.executed(command.nextEffect());
        endWaitingFor(command);
    }

    private boolean isAwaited(PendingCommand command) {
        return awaited.filter(command::equals).isPresent() && command.nextReplyIsLast();
    }

    private void endWaitingFor(PendingCommand command) {
        if (command.nextReplyIsLast()) {
            deadlines.answered(command);
        }
        if (isAwaited(command)) {
            awaited = Optional.empty();
            asked = Optional.empty();
        }
    }

    /** The borrower has taken it back. */
    void forget(PendingCommand command) {
        deadlines.forget(command);
    }

    /** Gives what may take for ever as much time as an ordinary command has. */
    void limitTime() {
        deadlines.limit(soon());
    }

    /** Gives one command this deadline, if it is here, and may take for ever. */
    void limitTime(PendingCommand command, long deadline) {
        deadlines.limit(command, deadline);
    }

    /** The moment when an ordinary command that came now would be overdue. */
    private long soon() {
        return clock.getAsLong() + timeoutNanos;
    }

    /** The connection has ended. Adds what has not been written to what was in flight, for its owner to fail. */
    void end(CommandQueue inFlight) {
        deadlines.end();
        for (Turn turn : turns) {
            if (turn instanceof CommandTurn waiting) {
                inFlight.addLastOrFail(waiting.command);
            }
        }
        turns.clear();
    }
}
