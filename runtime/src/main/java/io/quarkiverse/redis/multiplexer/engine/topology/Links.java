package io.quarkiverse.redis.multiplexer.engine.topology;

import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;

/** Connections of the client's own, for questions about servers. Used on one event loop, on which all futures complete. */
interface Links {

    /** @return fails when there is no connection within a short time; if it only takes longer, a later call succeeds */
    Future<Link> open(NodeAddress address, LinkListener listener);

    /** Ends all, and opens no more. @return completes when nothing of them is left */
    Future<Void> close();
}
