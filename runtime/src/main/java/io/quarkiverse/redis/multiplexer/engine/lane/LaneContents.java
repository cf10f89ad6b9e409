package io.quarkiverse.redis.multiplexer.engine.lane;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.KeeperState;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;

/**
 * The commands that a lane has taken and not completed, for who may have to send them elsewhere. Used on the event loop of the
 * lane.
 */
public final class LaneContents {

    private final KeeperState connection;
    private final SideTrack sideTrack;
    private final RefusedCommands refused;
    private final Backlog backlog;

    LaneContents(KeeperState connection, SideTrack sideTrack, RefusedCommands refused, Backlog backlog) {
        this.connection = connection;
        this.sideTrack = sideTrack;
        this.refused = refused;
        this.backlog = backlog;
    }

    /** Whether what it is given can be sent at once. */
    public boolean isConnected() {
        return connection.isReady();
    }

    /** Whether the server is suspected of not answering any more on the lane's connection. */
    public boolean isSilent() {
        return connection.connection().filter(NodeConnection::isSuspected).isPresent();
    }

    /** Takes out what waits here and matches, in order; the caller's from now on. */
    public CommandQueue giveUp(Predicate<PendingCommand> condition) {
        return backlog.commands().isEmpty() ? new CommandQueue() : backlog.commands().takeIf(condition);
    }

    /** Looks at all that waits, in order. */
    public void forEachWaiting(Consumer<PendingCommand> action) {
        backlog.commands().forEach(action);
    }

    /**
     * Looks at all that has been sent and not answered, or has been refused by a busy server: what is on the lane's connection
     * in the order in which it was sent, then the rest.
     */
    public void forEachSent(Consumer<PendingCommand> action) {
        connection.connection().ifPresent(one -> one.forEachInFlight(action));
        sideTrack.forEachInFlight(action);
        refused.commands().forEach(action);
    }

    /** The command that is executed on another connection, before all that wait. */
    public Optional<PendingCommand> detour() {
        return backlog.detour();
    }
}
