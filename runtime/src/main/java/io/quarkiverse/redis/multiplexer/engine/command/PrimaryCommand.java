package io.quarkiverse.redis.multiplexer.engine.command;

import io.vertx.core.Promise;
import io.vertx.redis.client.Response;

/** A command that is for the primary of its keys, even if it reads only: what it reads may have to be what was just written. */
final class PrimaryCommand extends SingleCommand {

    PrimaryCommand(CommandSpec spec, byte[] encoded, Promise<Response> promise, CommandReport report) {
        super(spec, encoded, promise, report);
    }

    @Override
    public boolean mayReadCopy() {
        return false;
    }
}
