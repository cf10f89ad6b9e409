package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.Locale;

import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.settings.Printable;
import io.vertx.redis.client.impl.types.MultiType;

/**
 * What a server said in its answer to <a href="https://redis.io/docs/latest/commands/hello/">HELLO</a> that it is. Its words
 * are {@linkplain Printable printable}.
 *
 * @param server such as {@code redis} or {@code valkey}; empty if it did not say
 * @param version such as {@code 8.0.2}; empty if it did not say
 */
public record ServerIdentity(NodeRole role, String server, String version) {

    /** It has not been asked, or does not know HELLO. */
    public static final ServerIdentity UNKNOWN = new ServerIdentity(NodeRole.UNKNOWN, "", "");

    static ServerIdentity of(MultiType hello) {
        return new ServerIdentity(role(hello), word(hello, "server"),
                word(hello, "version"));
    }

    private static NodeRole role(MultiType hello) {
        return switch (word(hello, "role").toLowerCase(Locale.ROOT)) {
            case "master", "primary" -> NodeRole.PRIMARY;
            case "slave", "replica" -> NodeRole.REPLICA;
            default -> NodeRole.UNKNOWN;
        };
    }

    private static String word(MultiType hello, String key) {
        return Handshake.text(hello, key).map(Printable::text).orElse("");
    }
}
