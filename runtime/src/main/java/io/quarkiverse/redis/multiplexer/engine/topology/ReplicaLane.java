package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Remedy;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.lane.Lane;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The lane to one replica, for reads only, on one event loop. Used there. Reads that get no answer from it, or none that their
 * callers should get, are given back: nothing of them waits here for a server that is not fit.
 */
final class ReplicaLane extends RoutedLane {

    /** Who has given the reads. */
    interface Owner {

        /** The replica has refused a read, and has not executed it. It is the owner's again. */
        void onRefused(ReplicaLane lane, PendingCommand read, ErrorType error);

        /** A read has not been answered, and will not be. It is the owner's again. */
        void onUnanswered(ReplicaLane lane, PendingCommand read);
    }

    private final Owner owner;
    private final boolean repeatsReads;

    ReplicaLane(Node node, Lane lane, Owner owner, MultiplexerOptions options) {
        super(node, lane);
        this.owner = owner;
        this.repeatsReads = options.isRetryReadOnly();
        lane.attach(this);
    }

    /** Whether a read that it is given is sent at once; or soon, if there are many. */
    boolean isReady() {
        return isConnected() && hasRoom();
    }

    private boolean isConnected() {
        return lane.contents().isConnected();
    }

    /** Has a connection made, unless there is one, or will be soon. */
    void connect(long now) {
        lane.onDrained(now, 0);
    }

    @Override
    void flush(long now, long waitedNanos) {
        onProgress();
        super.flush(now, waitedNanos);
    }

    /** A script may be known to the primary only. */
    @Override
    public boolean takes(PendingCommand command, ErrorType error) {
        ServerError meaning = ServerError.of(error);
        boolean callers = meaning.remedy() == Remedy.CALLERS && meaning != ServerError.NOSCRIPT;
        if (callers || command.isOwnQuestion()) {
            return false;
        }
        command.takeBack(error);
        if (!command.isSettled()) {
            owner.onRefused(this, command, error);
        }
        return true;
    }

    /** Nobody has been promised an order of reads. */
    @Override
    public CommandQueue takesLost(CommandQueue lost) {
        CommandQueue rest = new CommandQueue();
        lost.forEach(command -> {
            if (repeatsReads && command.repeat()) {
                owner.onUnanswered(this, command);
            } else {
                rest.addLast(command);
            }
        });
        return rest;
    }

    @Override
    public void onProgress() {
        if (!isConnected()) {
            Consumer<PendingCommand> taker = command -> owner.onUnanswered(this, command);
            lane.contents().giveUp(command -> !command.isOwnQuestion()).handTo(taker);
        }
    }
}
