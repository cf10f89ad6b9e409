package io.quarkiverse.redis.multiplexer.engine.lane;

import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.LargeReplyConnection;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ReadKeys;
import io.quarkiverse.redis.multiplexer.engine.command.Remedy;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.connection.CommandTraffic;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionKeeper;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionUser;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A second connection beside a lane's own, for reads whose replies are {@linkplain LargeReplies expected to be large}: on
 * the lane, the replies behind such a one would wait until it has been transferred. It is made when a large reply has come on
 * the lane that would have been {@linkplain TransferEstimate worth it}, carries one read at a time, and is never waited for: as
 * long as it is not there, or has something in flight, the lane does without.
 * <p>
 * Invariant: commands on the same keys keep their order. A read is put here only if nothing in flight on the lane may touch
 * its {@linkplain ReadKeys keys}, and the lane {@linkplain #holds holds back} what may touch them, with all that comes after
 * it, until the reply has begun: then the server has executed the read. From then on, the read is not sent again, whatever
 * becomes of it: it might see what was written after it.
 * <p>
 * Requests that are large stay on the lane: what comes after such a one must not be executed before the server has got all of
 * it, on whichever connection.
 * <p>
 * Used on the event loop of the lane, but for {@link #close}. Its {@linkplain ConnectionState states as a connection} are its
 * keeper's. These are its own, and all transitions:
 *
 * <pre>
 * from       to         when
 * IDLE       AHEAD      a read is put here
 * AHEAD      HOLDING    the next command of the lane may touch its keys
 * AHEAD      RELEASED   its reply has begun, or it is overdue
 * HOLDING    RELEASED   likewise
 * AHEAD      IDLE       its reply is complete, or it is lost
 * HOLDING    IDLE       likewise
 * RELEASED   IDLE       likewise
 * </pre>
 */
final class SideTrack implements ConnectionUser, CommandTraffic {

    /** The lane beside it. */
    interface Owner {

        /** It may be able to write again, or be quiet now. */
        void goOn();

        /** Whether a command that the server has refused is sent again by somebody else. */
        default boolean takesElsewhere(PendingCommand command, ErrorType error) {
            return false;
        }

        /** The server is not fit for the command now, and has not executed it. It is the lane's again, and the next. */
        void takeBack(PendingCommand command);

        /** The connection is lost; what was in flight is the lane's to settle. */
        void settleLost(CommandQueue inFlight, Throwable cause);

        /** The connection is lost, and nothing that was in flight may be sent again. */
        void failLost(CommandQueue inFlight, Throwable cause);

        /** What the server is told on the lane's connection, and on this one. */
        default ConnectionRole role() {
            return ConnectionRole.PLAIN;
        }
    }

    enum State {

        IDLE,
        /** The read may not have been executed yet, and the lane goes on. */
        AHEAD,
        /** The read may not have been executed yet, and the lane waits for that. */
        HOLDING,
        /** The read has been executed, or nobody waits for it. */
        RELEASED;

        /** Whether the read must be executed before anything else that touches its keys is sent. */
        boolean comesFirst() {
            return this == AHEAD || this == HOLDING;
        }

        /** Whether the table above has this transition. */
        boolean canBecome(State next) {
            return switch (next) {
                case IDLE -> this != IDLE;
                case AHEAD -> this == IDLE;
                case HOLDING -> this == AHEAD;
                case RELEASED -> comesFirst();
            };
        }
    }

    /** To compare the keys of a read with those in flight takes time, too: at most with so many commands, if it has one key. */
    private static final int MAX_COMPARED = 4 * 1024;

    private record Read(PendingCommand command, ReadKeys keys) {
    }

    private final ConnectionKeeper keeper;
    private final Owner lane;
    private final LaneMetrics figures;
    private final boolean enabled;
    private final LargeReplies large = new LargeReplies();
    private final TransferEstimate estimate = new TransferEstimate();
    private State state = State.IDLE;
    /** What is in flight; empty while {@link State#IDLE}. */
    private Optional<Read> current = Optional.empty();
    /** Since when the lane has been {@link State#HOLDING}. */
    private long heldSince;

    /** @param context of the lane's event loop */
    SideTrack(String label, Context context, Connector connector, ClientSettings settings, Failures failures, Owner lane,
            LaneMetrics figures) {
        // Its outages are not those of the node: the server may just refuse one more connection.
        OutageLog outages = new OutageLog(failures.subject() + ", " + label + ",");
        this.keeper = new ConnectionKeeper(label, context, connector, settings, failures, outages, this);
        this.lane = lane;
        this.figures = figures;
        this.enabled = settings.multiplexer().getLargeReplyConnection() == LargeReplyConnection.AUTO;
    }

    @Override
    public ConnectionRole role() {
        return lane.role();
    }

    /** Takes note of a large reply, on either connection. */
    @Override
    public void onLargeReply(PendingCommand command, long bytes, long nanos) {
        if (enabled && !keeper.state().isEnding()) {
            estimate.onTransfer(bytes, nanos);
            if (!isCurrent(command)) {
                estimate.onLargeReplyOnLane();
            }
            if (ReadKeys.of(command).isPresent()) {
                large.put(command.fingerprint(), bytes);
                if (estimate.isWorthwhile(bytes)) {
                    keeper.connectIfIdle();
                }
            }
        }
    }

    private boolean isCurrent(PendingCommand command) {
        return current.isPresent() && current.get().command == command;
    }

    /** Whether the read that was put here has not been answered, nor failed to be written. */
    private boolean hasInFlight(NodeConnection connection) {
        return connection.oldestInFlight().filter(this::isCurrent).isPresent();
    }

    /** Takes note of what it takes on the lane from writing a command to its reply. */
    void onRoundTrip(long nanos, long now) {
        estimate.onRoundTrip(nanos, now);
    }

    /** Writes the next command of the lane here, if it is to be read beside it, and can be. */
    boolean takes(PendingCommand command, NodeConnection laneConnection) {
        if (large.isEmpty() || !isFree() || !command.isSingle()) {
            return false;
        }
        int fingerprint = command.fingerprint();
        if (!estimate.isWorthwhile(large.bytes(fingerprint))) {
            return false;
        }
        Optional<ReadKeys> keys = ReadKeys.of(command);
        if (keys.isEmpty() || mayBeTouchedInFlight(keys.get(), laneConnection)) {
            return false;
        }
        // Until its reply turns out to be large again.
        large.remove(fingerprint);
        current = Optional.of(new Read(command, keys.get()));
        become(State.AHEAD);
        write(command, keeper.state().connection().orElseThrow());
        return true;
    }

    private void write(PendingCommand read, NodeConnection connection) {
        try {
            connection.write(read);
            connection.flush();
        } finally {
            if (!hasInFlight(connection)) {
                // There was no memory for it. It has not been sent, and fails.
                beIdle();
            }
        }
    }

    private static boolean mayBeTouchedInFlight(ReadKeys keys, NodeConnection laneConnection) {
        return laneConnection.inFlight() > MAX_COMPARED / keys.keys().size()
                || laneConnection.anyInFlight(command -> command.mayTouch(keys));
    }

    private boolean isFree() {
        return state == State.IDLE && keeper.state().isReady()
                && keeper.state().connection().filter(connection -> connection.isWritable() && connection.inFlight() == 0)
                        .isPresent();
    }

    /** Whether the lane must not write the command yet, because a read of the same keys that was put here must come first. */
    boolean holds(PendingCommand command) {
        if (state == State.AHEAD && command.mayTouch(current.orElseThrow().keys)) {
            heldSince = System.nanoTime();
            become(State.HOLDING);
        }
        return state == State.HOLDING;
    }

    /** Looks at what is in flight. */
    void forEachInFlight(Consumer<PendingCommand> action) {
        current.ifPresent(read -> action.accept(read.command));
    }

    int inFlight() {
        return state == State.IDLE ? 0 : 1;
    }

    /** May be called from any thread. */
    ConnectionStatus status() {
        return keeper.state().status();
    }

    private void release() {
        become(State.RELEASED);
        lane.goOn();
    }

    private void beIdle() {
        become(State.IDLE);
        current = Optional.empty();
    }

    private void become(State next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("A side track cannot go from " + state + " to " + next);
        }
        if (state == State.AHEAD && next != State.HOLDING) {
            estimate.onHeld(0);
        } else if (state == State.HOLDING) {
            estimate.onHeld(System.nanoTime() - heldSince);
        }
        state = next;
    }

    @Override
    public void onReadComplete(NodeConnection connection) {
        if (state == State.IDLE) {
            return;
        }
        if (!hasInFlight(connection)) {
            beIdle();
            lane.goOn();
        } else if (state.comesFirst() && connection.isReplyBegun()) {
            release();
        }
    }

    @Override
    public boolean takesBack(NodeConnection connection, PendingCommand command, ErrorType error) {
        if (isCurrent(command) && lane.takesElsewhere(command, error)) {
            return true;
        }
        if (!isCurrent(command) || !state.comesFirst() || ServerError.of(error).remedyOnOneServer() == Remedy.CALLERS) {
            return false;
        }
        command.takeBack(error);
        lane.takeBack(command);
        return true;
    }

    @Override
    public void onError() {
        figures.answeredByError();
    }

    @Override
    public void onLost(CommandQueue inFlight, Throwable cause) {
        boolean wasFirst = state.comesFirst();
        if (state != State.IDLE) {
            beIdle();
        }
        if (wasFirst) {
            lane.settleLost(inFlight, cause);
        } else {
            lane.failLost(inFlight, cause);
        }
        lane.goOn();
    }

    @Override
    public void onTick(long now) {
        keeper.state().connection().ifPresent(connection -> figures.timedOut(connection.expire(now)));
        if (state.comesFirst() && current.orElseThrow().command.isSettled()) {
            // It is overdue. Nobody waits for it any more, and nobody shall wait behind it.
            release();
        }
    }

    /**
     * The lane has a new connection, maybe to another server that has taken over the name. The side track gets a new one, too;
     * what is in flight is still answered on the old one.
     */
    void onLaneReady(NodeConnection laneConnection) {
        long roundTrip = laneConnection.takeRoundTrip();
        if (roundTrip != NodeConnection.NO_ROUND_TRIP) {
            estimate.onHandshake(roundTrip);
        }
        keeper.renew(new ConnectException("The lane beside it was connected anew"));
    }

    @Override
    public boolean isQuiet() {
        return state == State.IDLE;
    }

    /** Has another connection take the place of the current one. */
    void renew(Throwable cause) {
        keeper.renew(cause);
    }

    /** Ends it, after what is in flight. May be called from any thread. */
    Future<Void> close(Duration grace) {
        return keeper.close(grace, () -> {
        });
    }
}
