package io.quarkiverse.redis.multiplexer.engine.lane;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.ClientStatus.LaneStatus;
import io.quarkiverse.redis.multiplexer.LaneState;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Demotion;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Resending;
import io.quarkiverse.redis.multiplexer.engine.command.StateEffect;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionKeeper;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionUser;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * One long-lived connection to one node, shared by many callers. It lives on one event loop, which owns its state.
 * <p>
 * Commands are written once per turn of the event loop, all that have come in it in one batch. So batches grow with the load,
 * and nothing waits when there is none. They come through the {@link Intake}.
 * <p>
 * Reads whose replies are expected to be large have a connection of their own beside it, the {@link SideTrack}.
 * <p>
 * Invariant: an accepted command is in exactly one of the arrivals, the backlog and the in-flight queue of a connection until
 * it is complete, and commands of one thread pass through these in order.
 */
public final class Lane implements ConnectionUser, SideTrack.Owner, Intake.Owner {

    private final int index;
    private final EventLoop loop;
    private final Failures failures;
    private final ConnectionKeeper keeper;
    private final long commandTimeoutNanos;
    private final long clockPeriodNanos;
    private final boolean retryReadOnly;
    private final boolean failFast;
    private final Intake intake;
    private final LaneFigures figures = new LaneFigures();
    private final SideTrack sideTrack;
    private final Consumer<ErrorType> onDemoted;

    // What follows is used on the event loop only.

    private final CommandQueue backlog = new CommandQueue();
    private final Refusals refusals;
    private final RefusedCommands refused;
    /** Whether the next command is a {@link Detour}, and waits until nothing is in flight. */
    private boolean awaitingQuiet;
    /** Whether nothing is written because a command that must be executed first is on another connection. */
    private boolean detouring;
    /** How long commands have been in the arrivals and the backlog, all together, since the last write. */
    private long waitedNanos;

    /**
     * @param context of an event loop, and the lane's own
     * @param bytes counts those of the whole client
     * @param onDemoted told, each time, that the server has answered that it is a replica
     */
    Lane(int index, Context context, Connector connector, ClientSettings settings, Failures failures, OutageLog outages,
            PendingBytes bytes, Consumer<ErrorType> onDemoted) {
        this.index = index;
        this.onDemoted = onDemoted;
        this.failures = failures;
        this.keeper = new ConnectionKeeper("lane " + index, context, connector, settings, failures, outages, this);
        this.sideTrack = new SideTrack("the side track of lane " + index, context, connector, settings, failures, this,
                figures);
        this.refusals = new Refusals(settings.multiplexer(), figures, onDemoted);
        this.refused = refusals.commands();
        this.loop = keeper.loop();
        this.intake = new Intake(loop, this, settings.multiplexer(), failures, figures, bytes);
        this.commandTimeoutNanos = settings.multiplexer().getCommandTimeout().toNanos();
        this.clockPeriodNanos = TimeUnit.MILLISECONDS.toNanos(settings.clockPeriodMillis());
        this.retryReadOnly = settings.multiplexer().isRetryReadOnly();
        this.failFast = settings.multiplexer().getUnavailable() == UnavailablePolicy.FAIL_FAST;
    }

    LaneStatus status() {
        return figures.status(index, intake.arriving());
    }

    /** Takes a command, or fails it at once. Throws nothing. May be called from any thread. */
    public void submit(PendingCommand command) {
        intake.submit(command);
    }

    /** Completes when the lane is connected; fails with the cause if it can't be right now. May be called from any thread. */
    public Future<Void> whenReady(Context caller) {
        return keeper.whenReady(caller);
    }

    /**
     * Has another connection take the place of the current one, which answers what is in flight. May be called from any thread.
     */
    void renew(Throwable cause) {
        try {
            loop.execute(() -> {
                keeper.renew(cause);
                sideTrack.renew(cause);
            });
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and the connections with it.
            return;
        }
    }

    /**
     * Ends the lane: takes nothing more, waits for what is in flight, then fails the rest and closes the connection. May be
     * called from any thread.
     */
    Future<Void> close(Duration grace) {
        Future<Void> ended = keeper.close(grace, () -> {
            intake.close();
            writeBacklog(System.nanoTime());
        });
        return Future.join(ended, sideTrack.close(grace)).mapEmpty();
    }

    @Override
    public boolean isEnding() {
        return keeper.isEnding();
    }

    @Override
    public int pendingOnLoop() {
        return backlog.size() + refused.size() + inFlight();
    }

    private int inFlight() {
        return keeper.inFlight() + sideTrack.inFlight() + (detouring ? 1 : 0);
    }

    @Override
    public void accept(PendingCommand command) {
        if (refused.isHolding() && canWrite() && command.endsScript()) {
            // That is what the others wait for.
            writeNow(command);
        } else {
            backlog.addLast(command);
        }
    }

    private boolean canWrite() {
        NodeConnection connection = keeper.connection();
        return connection != null && connection.isWritable();
    }

    @Override
    public void onDrained(long now, long newWaitedNanos) {
        waitedNanos += newWaitedNanos;
        if (keeper.connection() != null) {
            writeBacklog(now);
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
        while (connection != null && connection.isWritable() && !refused.isHolding() && !detouring) {
            PendingCommand command = backlog.peekFirst();
            awaitingQuiet = command != null && command.runsElsewhere() && inFlight() > 0;
            if (command == null || awaitingQuiet || sideTrack.holds(command)) {
                break;
            }
            backlog.pollFirst();
            if (command.runsElsewhere()) {
                detouring = true;
                command.beginElsewhere(() -> Guard.later(loop, this::endDetour));
            } else if (!sideTrack.takes(command, connection)) {
                connection.write(command);
            }
            written += command.size();
            waitedNanos += command.size() * (now + commandTimeoutNanos - command.deadline());
        }
        if (written > 0) {
            connection.flush();
            figures.written(written, waitedNanos);
            waitedNanos = 0;
        }
    }

    private void endDetour() {
        detouring = false;
        goOn();
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
            failLater(backlog.takeAll(), command -> cause);
        }
    }

    /**
     * Callers may use the lane again when they hear of a failure: they hear of it when its state has changed, and not while
     * that happens.
     */
    private void failLater(CommandQueue commands, Function<PendingCommand, Throwable> cause) {
        if (!commands.isEmpty()) {
            Guard.later(loop, () -> commands.forEach(command -> command.fail(cause.apply(command))));
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
        sideTrack.onLaneReady(connection);
        writeBacklog(System.nanoTime());
        publish();
    }

    @Override
    public void onUnavailable(Throwable cause) {
        figures.failed(cause);
        failUnlessWaitingHelps(cause);
        publish();
    }

    /**
     * What has no effect, or none yet, is sent again, if nothing has overtaken it; all else may have been executed, and fails.
     */
    @Override
    public void onLost(CommandQueue inFlight, Throwable cause) {
        List<PendingCommand> executed = new ArrayList<>(refused.executed());
        List<PendingCommand> candidates = new ArrayList<>();
        CommandQueue refusedBefore = refused.release();
        refusedBefore.forEach(candidates::add);
        settle(inFlight, cause, candidates, executed);
    }

    @Override
    public void settleLost(CommandQueue inFlight, Throwable cause) {
        settle(inFlight, cause, new ArrayList<>(), new ArrayList<>());
    }

    private void settle(CommandQueue inFlight, Throwable cause, List<PendingCommand> candidates,
            List<PendingCommand> executed) {
        CommandQueue lost = new CommandQueue();
        inFlight.forEach(command -> {
            if (command.wasSent() && !(retryReadOnly && !keeper.isEnding() && command.isRepeatable())) {
                executed.add(command);
                lost.addLast(command);
            } else {
                candidates.add(command);
            }
        });
        Resending resending = Resending.of(candidates, executed);
        CommandQueue again = new CommandQueue();
        for (PendingCommand command : resending.again()) {
            if (command.repeat()) {
                figures.retried();
            }
            again.addLast(command);
        }
        backlog.addAllFirst(again);
        resending.overtaken().forEach(lost::addLast);
        failLost(lost, cause);
    }

    @Override
    public void failLost(CommandQueue lost, Throwable cause) {
        figures.lost(lost.count(command -> !command.isSettled() && !command.isOwnQuestion()));
        failLater(lost, command -> failures.lost(command, cause));
    }

    @Override
    public void onAnswer(PendingCommand command, Response reply) {
        if (command.nextEffect() == StateEffect.EXEC) {
            // The commands of a transaction are answered in one.
            Demotion.toldBy(command.nextEffect(), reply).ifPresent(onDemoted);
        }
    }

    @Override
    public boolean takesBack(PendingCommand command, ErrorType error) {
        return refusals.keeps(command, error, keeper.connection());
    }

    @Override
    public void onMessage(Response message) {
        if (keeper.connection() != null) {
            keeper.connection().dropUnasked(message);
        }
    }

    @Override
    public void onDroppedMessage() {
        if (keeper.connection() != null) {
            keeper.connection().closeAsUnasked();
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
            if (roundTrip != NodeConnection.NO_ROUND_TRIP) {
                figures.roundTrip(roundTrip);
                sideTrack.onRoundTrip(roundTrip, keeper.connection().lastRead());
            }
        }
        goOnIfNotRefused();
        if (awaitingQuiet && keeper.inFlight() == 0) {
            writeBacklog(System.nanoTime());
        }
        publish();
    }

    @Override
    public void onLargeReply(PendingCommand command, long bytes, long nanos) {
        sideTrack.onLargeReply(command, bytes, nanos);
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
            figures.timedOut(connection.expire(now));
        }
        expire(refused.commands(), now);
        expire(backlog, now);
        if (canWrite() && connection.inFlight() == 0 && refused.canProbe()) {
            writeNow(refused.nextProbe());
        } else {
            goOnIfNotRefused();
        }
        if (pendingOnLoop() == 0) {
            intake.releaseSpareBytes();
        }
        publish();
    }

    private void goOnIfNotRefused() {
        if (refused.isHolding() && keeper.inFlight() == 0) {
            ErrorType error = refused.error();
            CommandQueue overtaken = new CommandQueue();
            refused.onQuiet().forEach(overtaken::addLast);
            failLater(overtaken, command -> error);
            if (refused.isOver()) {
                backlog.addAllFirst(refused.release());
                writeBacklog(System.nanoTime());
            }
        }
    }

    private void expire(CommandQueue unsent, long now) {
        Throwable unavailable = keeper.connection() == null ? keeper.lastFailure() : refused.error();
        CommandQueue overdue = unsent.takeOverdue(now + clockPeriodNanos);
        figures.timedOut(overdue.size());
        failLater(overdue, command -> failures.timedOut(command, unavailable));
    }

    @Override
    public boolean isQuiet() {
        return pendingOnLoop() == 0;
    }

    @Override
    public void onEnded() {
        failLater(backlog.takeAll(), command -> failures.stopped());
        intake.releaseSpareBytes();
        publish();
    }
}
