package io.quarkiverse.redis.multiplexer.engine.command;

import io.vertx.core.Promise;
import io.vertx.redis.client.Response;

/** A command for the owner of a slot of a cluster, whatever its keys are. */
final class PlacedCommand extends SingleCommand {

    private final int slot;
    private final boolean mayReadCopy;

    PlacedCommand(CommandSpec spec, byte[] encoded, int slot, boolean mayReadCopy, Promise<Response> promise) {
        super(spec, encoded, promise, CommandReport.NONE);
        this.slot = slot;
        this.mayReadCopy = mayReadCopy;
    }

    @Override
    public boolean mayReadCopy() {
        return mayReadCopy;
    }

    @Override
    public boolean isOfNode() {
        return slot == Slot.OF_NODE;
    }

    @Override
    public int slot(ServerCommands commands) {
        return slot;
    }
}
