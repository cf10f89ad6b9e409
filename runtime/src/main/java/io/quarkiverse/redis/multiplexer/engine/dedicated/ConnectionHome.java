package io.quarkiverse.redis.multiplexer.engine.dedicated;

import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** The pool that a dedicated connection belongs to. Called on the event loop of the connection. */
interface ConnectionHome {

    /** Sends a request on another connection to the same server. */
    Future<Response> ask(Request request);

    /** Whether connections as old as this one are lent. May be called from any thread. */
    boolean isCurrent();

    /** The server has become a replica. */
    void onDemoted(ErrorType error);

    /** The connection has ended. */
    void onRemoved(DedicatedConnection connection);
}
