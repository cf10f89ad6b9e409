package io.quarkiverse.redis.multiplexer.engine.topology;

import io.quarkiverse.redis.multiplexer.NodeRole;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** One of the {@link Links}. Used on their event loop. */
interface Link {

    /** @return fails with what the server says, or when there is no answer within a short time */
    Future<Response> ask(Request request);

    /**
     * Has the server send what is published in the channel, if it can do so beside answers.
     *
     * @return fails if the server refuses that
     */
    Future<Void> listen(String channel);

    /** What the server has said that it is, when it let us in. */
    NodeRole role();

    /** Ends it. Questions that wait fail, and its listener hears nothing more. */
    void close();
}
