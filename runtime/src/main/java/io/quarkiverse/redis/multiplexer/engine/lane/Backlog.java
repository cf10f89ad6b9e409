package io.quarkiverse.redis.multiplexer.engine.lane;

import java.util.Optional;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Detour;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.Obstacle;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;

/**
 * The commands that a lane has accepted and not written, and their way out, in order: to the lane's connection, all that it
 * takes in one batch; to the {@link SideTrack}; or on a {@link Detour}. These are all states and transitions:
 *
 * <pre>
 * from             to               when
 * FLOWING          AWAITING_QUIET   the next command is a detour, and something is in flight
 * AWAITING_QUIET   FLOWING          nothing is in flight any more, or there is another reason to look
 * FLOWING          DETOURING        the next command is a detour, and nothing is in flight
 * DETOURING        FLOWING          it is complete
 * </pre>
 *
 * Used on the event loop of the lane.
 */
final class Backlog {

    enum State {
        /** The next command is written when the connection takes it. */
        FLOWING,
        /** The next command is a detour, and waits until nothing is in flight. */
        AWAITING_QUIET,
        /** Nothing is written: a command that must be executed first is on another connection. */
        DETOURING;

        /** Whether the table above has this transition. */
        boolean canBecome(State next) {
            return switch (next) {
                case FLOWING -> this != FLOWING;
                case AWAITING_QUIET, DETOURING -> this == FLOWING;
            };
        }
    }

    private final EventLoop loop;
    private final SideTrack sideTrack;
    private final RefusedCommands refused;
    private final LaneMetrics figures;
    private final Failures failures;
    private final long commandTimeoutNanos;
    private final Runnable onDetourEnd;
    private final CommandQueue commands = new CommandQueue();
    private State state = State.FLOWING;
    /** There while it is {@link State#DETOURING}. */
    private Optional<PendingCommand> detour = Optional.empty();
    /** How long commands have been in the arrivals and in here, all together, since the last write. */
    private long waitedNanos;

    /**
     * @param refused hold back what is in here
     * @param onDetourEnd the next command can be written, as far as a detour is concerned
     */
    Backlog(EventLoop loop, SideTrack sideTrack, RefusedCommands refused, LaneMetrics figures, Failures failures,
            long commandTimeoutNanos, Runnable onDetourEnd) {
        this.loop = loop;
        this.sideTrack = sideTrack;
        this.refused = refused;
        this.figures = figures;
        this.failures = failures;
        this.commandTimeoutNanos = commandTimeoutNanos;
        this.onDetourEnd = onDetourEnd;
    }

    /** Those that wait. */
    CommandQueue commands() {
        return commands;
    }

    /** The one that has left, and not by the lane's connection or the side track. */
    Optional<PendingCommand> detour() {
        return detour;
    }

    /** Why the next command is not written, though the connection would take it. */
    Obstacle obstacle() {
        return state != State.FLOWING || sideTrack.inFlight() > 0 ? Obstacle.ELSEWHERE : Obstacle.NONE;
    }

    /** Whether the next command waits until nothing is in flight. */
    boolean isAwaitingQuiet() {
        return state == State.AWAITING_QUIET;
    }

    /** Takes note of how long commands were under way to here, all together. */
    void waited(long nanos) {
        waitedNanos += nanos;
    }

    /** Writes what can be written to a new connection; if that is busy with a script, it is what ends the script. */
    void begin(NodeConnection connection, long now) {
        if (connection.selection().refusal().isPresent()) {
            commands.takeIf(PendingCommand::endsScript).forEach(command -> writeNow(command, connection));
        }
        write(connection, now);
    }

    /** Writes what can be written now. */
    void write(NodeConnection connection, long now) {
        int written = 0;
        if (state == State.AWAITING_QUIET) {
            become(State.FLOWING);
        }
        try {
            while (state == State.FLOWING && connection.isWritable() && !refused.isHolding()) {
                PendingCommand command = commands.peekFirst();
                if (command == null) {
                    break;
                }
                if (command.isSettled()) {
                    // It has failed, and its caller may have sent it again.
                    commands.pollFirst();
                    continue;
                }
                if (command.runsElsewhere() && connection.inFlight() + sideTrack.inFlight() > 0) {
                    become(State.AWAITING_QUIET);
                    break;
                }
                if (sideTrack.holds(command)) {
                    break;
                }
                commands.pollFirst();
                pass(command, connection, now);
                written += command.size();
                waitedNanos += command.size() * (now + commandTimeoutNanos - command.deadline());
            }
        } finally {
            if (written > 0) {
                connection.flush();
                figures.written(written, waitedNanos);
                waitedNanos = 0;
            }
        }
    }

    private void pass(PendingCommand command, NodeConnection connection, long now) {
        command.leavesBacklog(now);
        try {
            if (command.runsElsewhere()) {
                beginDetour(command);
            } else if (!sideTrack.takes(command, connection)) {
                connection.write(command);
            }
        } catch (Throwable e) {
            // There is no memory for it. Those behind it have more luck, or need less.
            command.failLater(loop, one -> failures.rejected(one, e));
        }
    }

    private void beginDetour(PendingCommand command) {
        Runnable end = () -> Guard.later(loop, this::endDetour);
        detour = Optional.of(command);
        become(State.DETOURING);
        command.beginElsewhere(end);
    }

    /** Writes a command before those that wait, if that ends what they wait for. @return whether it has */
    boolean writesFirst(PendingCommand command, NodeConnection connection) {
        if (command.endsScript() && isHeldBack(connection)) {
            writeNow(command, connection);
            return true;
        }
        return false;
    }

    private boolean isHeldBack(NodeConnection connection) {
        return refused.isHolding() && connection.isWritable()
                || connection.selection().refusal().isPresent() && connection.isOpen();
    }

    /** Writes a command past those that wait, because a busy server holds them back. */
    void writeNow(PendingCommand command, NodeConnection connection) {
        command.leavesBacklog(System.nanoTime());
        connection.write(command);
        connection.flush();
        figures.written(command.size(), 0);
    }

    private void endDetour() {
        become(State.FLOWING);
        detour = Optional.empty();
        onDetourEnd.run();
    }

    private void become(State next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("A backlog cannot go from " + state + " to " + next);
        }
        state = next;
    }
}
