package io.quarkiverse.redis.multiplexer.engine.dedicated;

import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A write in front of WAIT and WAITAOF. They wait for the replicas, or the disk, to have what their own connection
 * wrote last (<a href="https://redis.io/docs/latest/commands/wait/">WAIT</a>), but here the writes of a caller may be on other
 * connections. A marker is a write that comes after all of them, reaches the replicas, and changes nothing.
 */
enum ReplicationMarker {

    /** Needs the right to PUBLISH, and the one to the channel, which Redis gives to new users only if told to. */
    PUBLISH(Request.cmd(Command.PUBLISH, ReplicationMarker.CHANNEL, ""), "+publish &" + ReplicationMarker.CHANNEL),
    /** A database takes its own place. Clusters know no such thing, and careful administrators allow it to nobody. */
    SWAPDB(Request.cmd(Command.SWAPDB, 0, 0), "+swapdb"),
    /**
     * No functions are added to those that there are. In a cluster, where messages go to replicas another way than writes do:
     * since Redis 7.2, WAIT does not wait for these. Servers before 7.0 know no functions, and there it waits for any command.
     */
    FUNCTIONS(Request.cmd(Command.FUNCTION).arg("RESTORE").arg(ReplicationMarker.noFunctions()), "+function|restore");

    static final String CHANNEL = "__redis_multiplexer__:wait";

    private final Request request;
    private final String right;

    ReplicationMarker(Request request, String right) {
        this.request = request;
        this.right = right;
    }

    /** What FUNCTION DUMP of Redis 7.0 tells if there are none: the version of the format, and the checksum of that. */
    private static byte[] noFunctions() {
        return new byte[] { 0x0A, 0, 0x5D, (byte) 0x9B, 0x5C, 0x40, 0x0F, 0x7F, (byte) 0xA2, (byte) 0xDA };
    }

    /** The one to try first. */
    static ReplicationMarker firstOf(RedisClientType type) {
        return type == RedisClientType.CLUSTER ? FUNCTIONS : PUBLISH;
    }

    Request request() {
        return request;
    }

    /** What a user may have to be allowed, as ACL SETUSER takes it. */
    String right() {
        return right;
    }

    /** The one to try if the server does not let us do this one. */
    Optional<ReplicationMarker> next(ErrorType refusal) {
        return switch (this) {
            case PUBLISH -> Optional.of(SWAPDB);
            case SWAPDB -> Optional.empty();
            case FUNCTIONS -> isUnknown(refusal) ? Optional.of(PUBLISH) : Optional.empty();
        };
    }

    private static boolean isUnknown(ErrorType refusal) {
        return ServerError.of(refusal) == ServerError.ERR && refusal.getMessage().startsWith("ERR unknown ");
    }
}
