package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/** The way to find the one server that answers everything at the moment. Used on one event loop but where it is said. */
interface PrimarySearch {

    /** Has {@code hint} run whenever there is reason to search again, on the event loop. Called once. */
    void begin(Runnable hint);

    /**
     * Looks for the server: one that has said itself that it is what we need. Not called again before it has ended.
     *
     * @return completes on the event loop, in any case
     */
    Future<Shard> find(Clues clues);

    /** The address of a server with everything that is needed to log in to it. May be called from any thread. */
    NodeAddress address(SocketAddress server);

    /**
     * What is to be done about a command that the server has refused. May be called from any thread.
     *
     * @return empty if its caller gets the error
     */
    Optional<Verdict> verdict(ErrorType error, SocketAddress from);

    /** Ends everything. May be called again. @return completes when nothing is left */
    Future<Void> close();
}
