package io.quarkiverse.redis.multiplexer.engine.topology;

import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** The way to put a question to a node of a cluster, connecting to it if need be. */
interface Asker {

    /**
     * Asks one node. Throws nothing. Called on the event loop of the {@link ClusterView}.
     *
     * @param node a configured one, or one that the cluster has told of
     * @return completes anywhere; may never complete: who asks knows how long to wait
     */
    Future<Response> ask(NodeAddress node, Request request);
}
