package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;

/** What a part of a command is about. Asked for when something has failed. */
interface PartLabel {

    /** Empty if it is about a whole node. */
    List<Buffer> keys();

    /** Of its keys, printable; or of the node. */
    List<String> names();

    /** The whole command goes to this node. */
    record OfNode(SocketAddress node) implements PartLabel {

        @Override
        public List<Buffer> keys() {
            return List.of();
        }

        @Override
        public List<String> names() {
            return List.of(node.toString());
        }
    }
}
