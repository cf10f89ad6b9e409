package io.quarkiverse.redis.multiplexer.engine.topology;

import io.vertx.core.net.SocketAddress;

/** Who wants to know whether commands can be sent to a node. May be called from any thread. */
interface NodeWatcher {

    /** Where that makes no difference. */
    NodeWatcher NOBODY = new NodeWatcher() {
        @Override
        public void reachable(SocketAddress node) {
        }

        @Override
        public void unreachable(SocketAddress node) {
        }
    };

    void reachable(SocketAddress node);

    void unreachable(SocketAddress node);

    /** The node has said that it is a replica. May be told again and again. */
    default void demoted(SocketAddress node) {
    }
}
