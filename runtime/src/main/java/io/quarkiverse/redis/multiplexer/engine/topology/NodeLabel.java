package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;

/** Of a part that is the whole command, for one node. */
record NodeLabel(SocketAddress node) implements PartLabel {

    @Override
    public List<Buffer> keys() {
        return List.of();
    }

    @Override
    public List<String> names() {
        return List.of(node.toString());
    }
}
