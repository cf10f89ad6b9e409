package io.quarkiverse.redis.multiplexer.engine.dedicated;

import java.util.Optional;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * A write in front of WAIT and WAITAOF. They wait for the replicas, or the disk, to have what their own connection
 * wrote last (<a href="https://redis.io/docs/latest/commands/wait/">WAIT</a>), but here the writes of a caller may be on other
 * connections. A marker is a write that comes after all of them, reaches the replicas, and changes nothing.
 */
enum ReplicationMarker {

    /** Needs the right to PUBLISH, and the one to the channel, which Redis gives to new users only if told to. */
    PUBLISH(Request.cmd(Command.PUBLISH, ReplicationMarker.CHANNEL, "")),
    /** A database takes its own place. Clusters know no such thing, and careful administrators allow it to nobody. */
    SWAPDB(Request.cmd(Command.SWAPDB, 0, 0));

    static final String CHANNEL = "__redis_multiplexer__:wait";

    private final Request request;

    ReplicationMarker(Request request) {
        this.request = request;
    }

    Request request() {
        return request;
    }

    /** The one to try if the server does not let us do this one. */
    Optional<ReplicationMarker> next() {
        return this == PUBLISH ? Optional.of(SWAPDB) : Optional.empty();
    }
}
