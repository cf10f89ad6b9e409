package io.quarkiverse.redis.multiplexer.engine;

import java.time.Duration;

import io.quarkiverse.redis.multiplexer.LaneState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A second connection beside a lane's own, for reads whose replies are {@linkplain LargeReplies expected to be large}: on
 * the lane, the replies behind such a one would wait until it has been transferred. It is made when a first large reply has
 * come on the lane, carries one command at a time, and is never waited for: as long as it is not there, or has something in
 * flight, the lane does without.
 * <p>
 * Invariant: commands keep their order. One is put on the side track only when everything before it has been answered, and
 * the lane {@linkplain #isHolding() holds} everything behind it until its reply has begun: then the server has executed it.
 * <p>
 * Requests that are large stay on the lane: what comes after such a one must not be executed before the server has got all of
 * it, on whichever connection.
 * <p>
 * Used on the event loop of the lane, but for {@link #close}.
 */
final class SideTrack implements ConnectionUser {

    /** The lane beside it. */
    interface Owner {

        /** It may be able to write again, or be quiet now. */
        void goOn();

        /** The server is not fit for the command now, and has not executed it. It is the lane's again, and the next. */
        void takeBack(PendingCommand command);

        /** The connection is lost; what was in flight is the lane's to settle. */
        void settleLost(CommandQueue inFlight, Throwable cause);
    }

    private final ConnectionKeeper keeper;
    private final Failures failures;
    private final Owner lane;
    private final LaneFigures figures;
    private final LargeReplies large = new LargeReplies();
    /** What is in flight; {@code null} if there is nothing. */
    private SingleCommand current;
    private boolean currentIsLarge;
    private boolean holding;

    /** @param context of the lane's event loop */
    SideTrack(String label, Context context, Connector connector, ClientSettings settings, Failures failures, Owner lane,
            LaneFigures figures) {
        // Its outages are not those of the node: the server may just refuse one more connection.
        OutageLog outages = new OutageLog(failures.subject() + ", " + label + ",");
        this.keeper = new ConnectionKeeper(label, context, connector, settings, failures, outages, this);
        this.failures = failures;
        this.lane = lane;
        this.figures = figures;
    }

    /** Takes note of a large reply, on either connection. */
    @Override
    public void onLargeReply(SingleCommand command) {
        if (command == current) {
            currentIsLarge = true;
        } else if (command.isReadOnly() && !keeper.isEnding()) {
            large.add(command);
            keeper.connectIfIdle();
        }
    }

    /** Whether the command should be {@linkplain #write put} here, once nothing is in flight on the lane. */
    boolean isFor(PendingCommand command) {
        return !large.isEmpty() && command instanceof SingleCommand single && large.contains(single) && isFree();
    }

    private boolean isFree() {
        NodeConnection connection = keeper.connection();
        return keeper.state() == LaneState.READY && connection != null && connection.isWritable()
                && connection.inFlight() == 0;
    }

    void write(PendingCommand command) {
        current = (SingleCommand) command;
        currentIsLarge = false;
        holding = true;
        keeper.connection().write(command);
        keeper.connection().flush();
    }

    /** Whether the lane must not write, because the command that was put here may not have been executed. */
    boolean isHolding() {
        return holding;
    }

    int inFlight() {
        return current == null ? 0 : 1;
    }

    private void release() {
        holding = false;
        lane.goOn();
    }

    @Override
    public void onReadComplete() {
        if (current == null) {
            return;
        }
        NodeConnection connection = keeper.connection();
        if (connection.oldestInFlight() == current) {
            if (holding && connection.isReplyBegun()) {
                release();
            }
        } else {
            if (!currentIsLarge) {
                large.remove(current);
            }
            current = null;
            release();
        }
    }

    @Override
    public boolean takesBack(PendingCommand command, ErrorType error) {
        if (command != current || ServerTrouble.of(error) == ServerTrouble.NONE) {
            figures.answeredByError();
            return false;
        }
        if (!command.isSettled()) {
            command.takeBack();
            lane.takeBack(command);
        }
        return true;
    }

    @Override
    public void onLost(CommandQueue inFlight, Throwable cause) {
        current = null;
        lane.settleLost(inFlight, cause);
        release();
    }

    @Override
    public void onTick(long now) {
        if (keeper.connection() != null) {
            figures.timedOut(keeper.connection().expire(now));
        }
        if (holding && current.isSettled()) {
            // It is overdue. Nobody waits for it any more, and nobody shall wait behind it.
            release();
        }
    }

    @Override
    public void onReady(NodeConnection connection) {
        // The next command that is for here will find it.
    }

    @Override
    public void onUnavailable(Throwable cause) {
        // The lane does without.
    }

    @Override
    public void onMessage(Response message) {
        if (keeper.connection() != null) {
            keeper.connection().dropUnasked(message);
        }
    }

    @Override
    public boolean isQuiet() {
        return current == null;
    }

    @Override
    public void onEnded() {
        // What was in flight has been settled as lost.
    }

    /** Ends it, after what is in flight. May be called from any thread. */
    Future<Void> close(Duration grace) {
        return keeper.close(grace, () -> {
        });
    }
}
