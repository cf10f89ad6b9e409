package io.quarkiverse.redis.multiplexer.engine.command;

import io.vertx.core.Promise;
import io.vertx.redis.client.Response;

/** A command for the owner of a slot of a cluster, whatever its keys are. */
final class PlacedCommand extends SingleCommand {

    private final int slot;

    PlacedCommand(CommandSpec spec, byte[] encoded, int slot, Promise<Response> promise) {
        super(spec, encoded, promise);
        this.slot = slot;
    }

    @Override
    public int slot(ServerCommands commands) {
        return slot;
    }
}
