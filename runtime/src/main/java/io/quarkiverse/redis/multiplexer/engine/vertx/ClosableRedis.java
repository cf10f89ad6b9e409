package io.quarkiverse.redis.multiplexer.engine.vertx;

import io.vertx.core.Future;
import io.vertx.redis.client.Redis;

/** Closing a client of Vert.x: version 4 does not tell when that has happened, version 5 does. */
public abstract class ClosableRedis implements Redis {

    /** Begins to close the client. @return completes when nothing of it is left */
    protected abstract Future<Void> closed();

    @Override
    public final void close() {
        closed();
    }
}
