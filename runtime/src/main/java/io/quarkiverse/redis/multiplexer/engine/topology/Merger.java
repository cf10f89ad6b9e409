package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;

import io.vertx.redis.client.Response;

/** Makes one reply of those to the parts of a command. */
interface Merger {

    /**
     * @param replies in the order of the parts, and without those that had to be gone without; there is one at least
     * @return may be {@code null}, which is a reply, too
     * @throws IllegalArgumentException if they have not the form of replies to that command
     */
    Response merge(List<Response> replies);
}
