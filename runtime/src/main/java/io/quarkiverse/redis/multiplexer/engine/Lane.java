package io.quarkiverse.redis.multiplexer.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.ClientStatus.LaneStatus;
import io.quarkiverse.redis.multiplexer.LaneState;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * One long-lived connection to one node, shared by many callers. It lives on one event loop, which owns its state.
 * <p>
 * Commands are written once per turn of the event loop: the first one that comes in a turn schedules the drain, which finds
 * all that came after it, too, and writes everything in one batch. So batches grow with the load, and nothing waits when
 * there is none. Callers on the lane's own loop append to the backlog directly, all others pass through {@link Arrivals}.
 * <p>
 * Reads whose replies are expected to be large have a connection of their own beside it, the {@link SideTrack}.
 * <p>
 * Invariant: an accepted command is in exactly one of the arrivals, the backlog and the in-flight queue of a connection until
 * it is complete, and commands of one thread pass through these in order.
 */
final class Lane implements ConnectionKeeper.User, SideTrack.Owner {

    private final int index;
    private final EventLoop loop;
    private final Failures failures;
    private final ConnectionKeeper keeper;
    private final long commandTimeoutNanos;
    private final long clockPeriodNanos;
    private final int maxPending;
    private final boolean retryReadOnly;
    private final boolean failFast;
    private final Arrivals arrivals;
    private final LaneFigures figures = new LaneFigures();
    private final SideTrack sideTrack;

    // What follows is used on the event loop only.

    private final CommandQueue backlog = new CommandQueue();
    private final BusyHold busy = new BusyHold(PendingCommand::fail);
    private final Refusals refusals;
    private boolean drainScheduled;
    /** Whether the next command is for the side track, and waits until nothing is in flight. */
    private boolean awaitingQuiet;
    /** When the first command of this turn came, on the clock of {@link System#nanoTime()}. */
    private long turnTime;
    /** How long commands have been in the arrivals and the backlog, all together, since the last write. */
    private long waitedNanos;

    /** @param context of an event loop, and the lane's own */
    Lane(int index, Context context, NodeConnector connector, ClientSettings settings, Failures failures, OutageLog outages) {
        this.index = index;
        this.failures = failures;
        this.keeper = new ConnectionKeeper("lane " + index, context, connector, settings, failures, outages, this);
        this.sideTrack = new SideTrack("the side track of lane " + index, context, connector, settings, failures, this,
                figures);
        this.refusals = new Refusals(settings.multiplexer(), busy, figures);
        this.loop = keeper.loop();
        this.commandTimeoutNanos = settings.multiplexer().getCommandTimeout().toNanos();
        this.clockPeriodNanos = TimeUnit.MILLISECONDS.toNanos(settings.clockPeriodMillis());
        this.maxPending = settings.multiplexer().getMaxPending();
        this.retryReadOnly = settings.multiplexer().isRetryReadOnly();
        this.failFast = settings.multiplexer().getUnavailable() == UnavailablePolicy.FAIL_FAST;
        this.arrivals = new Arrivals(loop, this::drain, command -> command.fail(failures.stopped()));
    }

    LaneStatus status() {
        return figures.status(index, arrivals.size());
    }

    /** Takes a command, or fails it at once. May be called from any thread. */
    void submit(PendingCommand command) {
        if (!loop.inEventLoop()) {
            if (!arrivals.offer(command, maxPending - figures.pendingOnLoop())) {
                refuse(command);
            }
        } else if (keeper.isEnding()) {
            command.fail(failures.stopped());
        } else if (pendingOnLoop() >= maxPending) {
            refuse(command);
        } else {
            if (!drainScheduled) {
                drainScheduled = true;
                turnTime = System.nanoTime();
                loop.execute(this::drain);
            }
            accept(command);
        }
    }

    private void refuse(PendingCommand command) {
        figures.refused();
        command.fail(failures.backlogFull(command));
    }

    /** Completes when the lane is connected; fails with the cause if it can't be right now. May be called from any thread. */
    Future<Void> whenReady(Context caller) {
        return keeper.whenReady(caller);
    }

    /**
     * Ends the lane: takes nothing more, waits for what is in flight, then fails the rest and closes the connection. May be
     * called from any thread.
     */
    Future<Void> close(Duration grace) {
        Future<Void> ended = keeper.close(grace, () -> {
            arrivals.drainTo(this::accept);
            arrivals.close();
            writeBacklog(System.nanoTime());
        });
        return Future.join(ended, sideTrack.close(grace)).mapEmpty();
    }

    private int pendingOnLoop() {
        return backlog.size() + refusals.takenBack().size() + busy.size() + inFlight();
    }

    private int inFlight() {
        return keeper.inFlight() + sideTrack.inFlight();
    }

    private void accept(PendingCommand command) {
        command.deadline = turnTime + commandTimeoutNanos;
        if (busy.isActive() && command instanceof SingleCommand single && single.endsScript()
                && keeper.connection().isWritable()) {
            // That is what the others wait for.
            writeNow(command);
        } else {
            backlog.addLast(command);
        }
    }

    private void drain() {
        drainScheduled = false;
        turnTime = System.nanoTime();
        long arrived = arrivals.since();
        waitedNanos += arrivals.drainTo(this::accept) * Math.max(0, turnTime - arrived);
        if (keeper.connection() != null) {
            writeBacklog(turnTime);
        } else if (keeper.state() == LaneState.BACKING_OFF) {
            failUnlessWaitingHelps(keeper.lastFailure());
        } else {
            keeper.connectIfIdle();
        }
        publish();
    }

    private void writeBacklog(long now) {
        NodeConnection connection = keeper.connection();
        int written = 0;
        awaitingQuiet = false;
        while (connection != null && connection.isWritable() && !busy.isActive() && !sideTrack.isHolding()) {
            PendingCommand command = backlog.peekFirst();
            boolean aside = sideTrack.isFor(command);
            awaitingQuiet = aside && connection.inFlight() > 0;
            if (command == null || awaitingQuiet) {
                break;
            }
            backlog.pollFirst();
            if (aside) {
                sideTrack.write(command);
            } else {
                connection.write(command);
            }
            written += command.size();
            waitedNanos += command.size() * (now + commandTimeoutNanos - command.deadline);
        }
        if (written > 0) {
            connection.flush();
            figures.written(written, waitedNanos);
            waitedNanos = 0;
        }
    }

    /** Past the backlog, which a busy server has stopped. */
    private void writeNow(PendingCommand command) {
        keeper.connection().write(command);
        keeper.connection().flush();
        figures.written(command.size(), 0);
    }

    /** We will try again in any case, but callers wait for that only if they want to, and if it may change anything. */
    private void failUnlessWaitingHelps(Throwable cause) {
        if (failFast || Failures.isRefusal(cause)) {
            figures.unavailable(backlog.size());
            backlog.failAll(cause);
        }
    }

    private void publish() {
        int inFlight = inFlight();
        figures.pending(pendingOnLoop() - inFlight, inFlight);
    }

    @Override
    public void onState(LaneState state) {
        figures.state(state);
    }

    @Override
    public void onReady(NodeConnection connection) {
        figures.connected();
        writeBacklog(System.nanoTime());
        publish();
    }

    @Override
    public void onUnavailable(Throwable cause) {
        figures.failed(cause);
        failUnlessWaitingHelps(cause);
        publish();
    }

    /** What only reads goes back to the head of the backlog, in its old order; all else may have been executed, and fails. */
    @Override
    public void onLost(CommandQueue inFlight, Throwable cause) {
        settle(inFlight, cause, refusals.release());
        putBack(busy.release(true));
    }

    @Override
    public void settleLost(CommandQueue inFlight, Throwable cause) {
        settle(inFlight, cause, new CommandQueue());
    }

    /** @param repeated what is to be sent again before all that is in flight */
    private void settle(CommandQueue inFlight, Throwable cause, CommandQueue repeated) {
        for (PendingCommand command; (command = inFlight.pollFirst()) != null;) {
            if (retryReadOnly && !keeper.isEnding() && command.repeat()) {
                figures.retried();
                repeated.addLast(command);
            } else if (!command.isSettled()) {
                figures.lost();
                command.fail(failures.lost(command, cause));
            }
        }
        putBack(repeated);
    }

    /** Makes them the next to be sent, in their order. */
    private void putBack(CommandQueue commands) {
        for (PendingCommand command; (command = commands.pollLast()) != null;) {
            backlog.addFirst(command);
        }
    }

    @Override
    public boolean takesBack(PendingCommand command, ErrorType error) {
        return refusals.takesBack(command, error, keeper.connection());
    }

    @Override
    public void onMessage(Response message) {
        if (keeper.connection() != null) {
            keeper.connection().dropUnasked(message);
        }
    }

    @Override
    public void onWritable() {
        writeBacklog(System.nanoTime());
        publish();
    }

    @Override
    public void onReadComplete() {
        if (keeper.connection() != null) {
            long roundTrip = keeper.connection().takeRoundTrip();
            if (roundTrip != InFlight.NO_ROUND_TRIP) {
                figures.roundTrip(roundTrip);
            }
        }
        goOnIfNotBusy();
        if (awaitingQuiet && keeper.inFlight() == 0) {
            writeBacklog(System.nanoTime());
        }
        publish();
    }

    @Override
    public void onLargeReply(SingleCommand command) {
        sideTrack.onLargeReply(command);
    }

    @Override
    public void goOn() {
        writeBacklog(System.nanoTime());
        publish();
        keeper.endIfQuiet();
    }

    @Override
    public void takeBack(PendingCommand command) {
        backlog.addFirst(command);
    }

    /**
     * Fails what is overdue. What is not even sent is given up one tick early, so that a caller who blocks for as long as the
     * timeout gets to see the cause.
     */
    @Override
    public void onTick(long now) {
        NodeConnection connection = keeper.connection();
        if (connection != null) {
            figures.timedOut(connection.expire(now, command -> failures.timedOut(command, null)));
        }
        expire(refusals.takenBack(), now);
        expire(busy.held(), now);
        expire(backlog, now);
        if (busy.isActive() && connection.isWritable()) {
            askAgain(connection);
        }
        publish();
    }

    /** Sends the oldest of the commands that a busy server has refused. */
    private void askAgain(NodeConnection connection) {
        PendingCommand probe = busy.nextProbe(connection.inFlight());
        if (probe != null) {
            writeNow(probe);
        } else {
            goOnIfNotBusy();
        }
    }

    private void goOnIfNotBusy() {
        if (busy.isOver(keeper.inFlight())) {
            putBack(busy.release(false));
            writeBacklog(System.nanoTime());
        }
    }

    private void expire(CommandQueue unsent, long now) {
        Throwable unavailable = keeper.connection() == null ? keeper.lastFailure() : busy.error();
        for (PendingCommand oldest; (oldest = unsent.peekFirst()) != null && oldest.isOverdue(now + clockPeriodNanos);) {
            unsent.pollFirst();
            figures.timedOut(1);
            oldest.fail(failures.timedOut(oldest, unavailable));
        }
    }

    @Override
    public boolean isQuiet() {
        return pendingOnLoop() == 0;
    }

    @Override
    public void onEnded() {
        backlog.failAll(failures.stopped());
        publish();
    }
}
