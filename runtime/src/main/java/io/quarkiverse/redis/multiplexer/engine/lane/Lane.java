package io.quarkiverse.redis.multiplexer.engine.lane;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Demotion;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.CommandTraffic;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionKeeper;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionUser;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.connection.Silence;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * One long-lived connection to one node, shared by many callers. It lives on one event loop, which owns its state. Commands
 * are written once per turn of the event loop, all that have come in it in one batch, so batches grow with the load. They come
 * through the {@link Intake}, wait in the {@link Backlog} until the connection takes them, and those that get no answer are
 * dealt with in the {@link Settlement}. Reads of large replies have a connection beside it, the {@link SideTrack}.
 * <p>
 * Invariant: an accepted command is in exactly one of the arrivals, the backlog and the in-flight queue of a connection until
 * it is complete, and commands of one thread pass through these in order.
 */
public final class Lane implements ConnectionUser, CommandTraffic, SideTrack.Owner, Intake.Owner {

    private final int index;
    private final EventLoop loop;
    private final ConnectionKeeper keeper;
    private final long clockPeriodNanos;
    private final Intake intake;
    private final LaneMetrics figures = new LaneMetrics();
    private final SideTrack sideTrack;
    private final LaneGroup.Surroundings node;

    // What follows is used on the event loop only.

    private Elsewhere elsewhere = Elsewhere.NOWHERE;
    private final Refusals refusals;
    private final RefusedCommands refused;
    private final Backlog backlog;
    private final Settlement settlement;
    private final LaneContents contents;

    /**
     * @param context of an event loop, and the lane's own
     * @param bytes counts those of the whole client
     */
    Lane(int index, Context context, Connector connector, ClientSettings settings, Failures failures, OutageLog outages,
            PendingBytes bytes, LaneGroup.Surroundings node) {
        this.index = index;
        this.node = node;
        this.keeper = new ConnectionKeeper("lane " + index, context, connector, settings, failures, outages, this);
        this.sideTrack = new SideTrack("the side track of lane " + index, context, connector, settings, failures, this,
                figures);
        this.refusals = new Refusals(settings.multiplexer(), figures, node::onDemoted);
        this.refused = refusals.commands();
        this.loop = keeper.loop();
        this.intake = new Intake(loop, this, settings.multiplexer(), failures, figures, bytes);
        this.clockPeriodNanos = TimeUnit.MILLISECONDS.toNanos(settings.clockPeriodMillis());
        this.backlog = new Backlog(loop, sideTrack, refused, figures, failures,
                settings.multiplexer().getCommandTimeout().toNanos(), this::goOn);
        this.settlement = new Settlement(loop, backlog.commands(), settings.multiplexer(), failures, figures);
        this.contents = new LaneContents(keeper.state(), sideTrack, refused, backlog);
    }

    @Override
    public ConnectionRole role() {
        return node.role();
    }

    LaneStatus status() {
        return figures.status(index, intake.arriving(), sideTrack.status());
    }

    /** Takes a command, or fails it at once. Throws nothing. May be called from any thread. */
    void submit(PendingCommand command) {
        intake.submit(command);
    }

    /**
     * Takes a command that has been accepted, or fails it soon; {@link #onDrained} has it written. Called on the event loop.
     */
    public void take(PendingCommand command) {
        intake.take(command);
    }

    /** Whether it would {@link #take} one more command. Called on the event loop. */
    public boolean hasRoom() {
        return intake.hasRoom();
    }

    /** From now on, what the server refuses may be sent to other nodes. Called on the event loop. */
    public void attach(Elsewhere others) {
        elsewhere = others;
    }

    /** Gives up its connection: nobody waits any longer for what is in flight. Called on the event loop. */
    public void giveUpConnection(Throwable cause) {
        keeper.state().connection().ifPresent(connection -> connection.close(cause));
    }

    /** What it has taken and not completed. For its event loop only. */
    public LaneContents contents() {
        return contents;
    }

    /** Completes when the lane is connected; fails with the cause if it can't be right now. May be called from any thread. */
    Future<Void> whenReady(Context caller) {
        return keeper.whenReady(caller);
    }

    /** Has another connection take the place of the current one, which answers what is in flight. From any thread. */
    void renew(Throwable cause) {
        try {
            loop.execute(() -> {
                keeper.renew(cause);
                sideTrack.renew(cause);
            });
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and the connections with it.
        }
    }

    /** Takes nothing more, waits for what is in flight, then fails the rest and is closed. May be called from any thread. */
    Future<Void> close(Duration grace) {
        Future<Void> ended = keeper.close(grace, () -> {
            intake.close();
            writeBacklog(System.nanoTime());
        });
        return Future.join(ended, sideTrack.close(grace)).mapEmpty();
    }

    @Override
    public boolean isEnding() {
        return keeper.state().isEnding();
    }

    @Override
    public int pendingOnLoop() {
        return backlog.commands().size() + refused.size() + inFlight();
    }

    private int inFlight() {
        return keeper.state().inFlight() + sideTrack.inFlight() + (backlog.detour().isPresent() ? 1 : 0);
    }

    @Override
    public void accept(PendingCommand command) {
        Optional<NodeConnection> connection = keeper.state().connection();
        if (connection.isEmpty() || !backlog.writesFirst(command, connection.get())) {
            backlog.commands().addLast(command);
        }
    }

    @Override
    public void onDrained(long now, long waitedNanos) {
        backlog.waited(waitedNanos);
        keeper.connectIfIdle();
        Optional<Throwable> unavailable = keeper.state().unavailable();
        if (unavailable.isPresent()) {
            settlement.failUnlessWaitingHelps(unavailable.get());
        } else {
            writeBacklog(now);
        }
        publish();
    }

    private void writeBacklog(long now) {
        Optional<NodeConnection> connection = keeper.state().connection();
        if (connection.isPresent()) {
            backlog.write(connection.get(), now);
        }
    }

    private void publish() {
        int inFlight = inFlight();
        figures.pending(pendingOnLoop() - inFlight, inFlight);
    }

    @Override
    public void onState(ConnectionState state) {
        figures.state(state);
    }

    @Override
    public void onReady(NodeConnection connection) {
        figures.connected();
        node.onAvailable();
        sideTrack.onLaneReady(connection);
        backlog.begin(connection, System.nanoTime());
        publish();
    }

    @Override
    public void onUnavailable(Throwable cause) {
        figures.failed(cause);
        node.onUnavailable(cause);
        settlement.failUnlessWaitingHelps(cause);
        publish();
    }

    @Override
    public void onSilence(Silence change) {
        node.onSilence(change);
    }

    @Override
    public void onLost(CommandQueue inFlight, Throwable cause) {
        settlement.settle(elsewhere.takesLost(inFlight), refused, keeper.state().isEnding(), cause);
        elsewhere.onProgress();
    }

    @Override
    public void settleLost(CommandQueue inFlight, Throwable cause) {
        settlement.settle(elsewhere.takesLost(inFlight), keeper.state().isEnding(), cause);
    }

    @Override
    public void failLost(CommandQueue lost, Throwable cause) {
        settlement.fail(elsewhere.takesLost(lost), cause);
    }

    @Override
    public void onAnswer(PendingCommand command, Response reply) {
        if (command.nextExecutes()) {
            // The commands of a transaction are answered in one.
            Demotion.toldBy(command, reply).ifPresent(node::onDemoted);
        }
    }

    @Override
    public void onError() {
        figures.answeredByError();
    }

    @Override
    public boolean takesBack(NodeConnection connection, PendingCommand command, ErrorType error) {
        return takesElsewhere(command, error) || refusals.keeps(command, error, connection);
    }

    @Override
    public boolean takesElsewhere(PendingCommand command, ErrorType error) {
        boolean taken = elsewhere.takes(command, error);
        if (taken) {
            figures.redirected();
        }
        return taken;
    }

    @Override
    public void onWritable() {
        writeBacklog(System.nanoTime());
        publish();
    }

    @Override
    public void onReadComplete(NodeConnection connection) {
        long roundTrip = connection.takeRoundTrip();
        if (roundTrip != NodeConnection.NO_ROUND_TRIP) {
            figures.roundTrip(roundTrip);
            sideTrack.onRoundTrip(roundTrip, connection.lastRead());
        }
        goOnIfNotRefused();
        if (backlog.isAwaitingQuiet() && keeper.state().inFlight() == 0) {
            writeBacklog(System.nanoTime());
        }
        publish();
        elsewhere.onProgress();
    }

    @Override
    public void onLargeReply(PendingCommand command, long bytes, long nanos) {
        sideTrack.onLargeReply(command, bytes, nanos);
    }

    @Override
    public void goOn() {
        onWritable();
        elsewhere.onProgress();
        keeper.endIfQuiet();
    }

    @Override
    public void takeBack(PendingCommand command) {
        settlement.sendAgain(command, keeper.state().hasEnded());
    }

    /** Fails what is overdue; what is not sent, one tick early: who blocks for as long as the timeout gets to see the cause. */
    @Override
    public void onTick(long now) {
        keeper.state().connection().ifPresent(connection -> figures.timedOut(connection.expire(now)));
        Throwable unavailable = keeper.state().missing().or(refused::error).orElse(null);
        settlement.expire(refused.commands(), now + clockPeriodNanos, unavailable);
        settlement.expireBacklog(backlog, now, now + clockPeriodNanos, unavailable, keeper.state().connection());
        if (!tryRefused()) {
            goOnIfNotRefused();
        }
        if (pendingOnLoop() == 0) {
            intake.releaseSpareBytes();
        }
        publish();
    }

    /** Sends the oldest of the refused commands, if it is time for that. @return whether it has */
    private boolean tryRefused() {
        Optional<NodeConnection> connection = keeper.state().connection()
                .filter(one -> one.isWritable() && one.inFlight() == 0 && refused.canProbe());
        connection.ifPresent(one -> backlog.writeNow(refused.nextProbe(), one));
        return connection.isPresent();
    }

    private void goOnIfNotRefused() {
        if (refused.isHolding() && keeper.state().inFlight() == 0) {
            settlement.failOvertaken(refused.onQuiet(), refused.error().orElseThrow());
            if (refused.isOver()) {
                refused.releaseTo(backlog.commands());
                writeBacklog(System.nanoTime());
            }
        }
    }

    @Override
    public boolean isQuiet() {
        return pendingOnLoop() == 0;
    }

    @Override
    public void onEnded() {
        settlement.stop();
        // When the commands have given back theirs: the client may go on without this node.
        Guard.later(loop, intake::releaseSpareBytes);
        publish();
    }
}
