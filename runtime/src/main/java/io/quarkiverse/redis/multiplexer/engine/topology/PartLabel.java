package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.engine.settings.Printable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;

/**
 * What a part of a command is about, for the message of its failure.
 *
 * @param keys empty if it is about a whole node
 * @param names of the keys, or of the node
 */
record PartLabel(Supplier<List<Buffer>> keys, Supplier<List<String>> names) {

    /** @param keys asked for when something has failed */
    static PartLabel of(Supplier<List<Buffer>> keys) {
        return new PartLabel(keys, () -> keys.get().stream().map(key -> Printable.key(key.getBytes())).toList());
    }

    static PartLabel of(SocketAddress node) {
        return new PartLabel(List::of, () -> List.of(node.toString()));
    }
}
