package io.quarkiverse.redis.multiplexer;

import java.util.List;

/**
 * A snapshot of a client. Figures of different nodes and lanes are read one after the other, so they may be of slightly
 * different moments.
 *
 * @param name the client's name
 * @param running whether it takes commands; {@code false} while the application is stopped
 * @param routing the commands to several servers that no lane has
 * @param nodes the servers that the client knows; empty while the application is stopped
 */
public record ClientStatus(String name, boolean running, RoutingStatus routing, List<NodeStatus> nodes) {

    /** The shared connections to all nodes that have been used so far. */
    public List<LaneStatus> lanes() {
        return nodes.stream().flatMap(node -> node.lanes().stream()).toList();
    }

    /** How many connections to all nodes are open: lanes and side tracks, those lent to one caller, those for subscriptions. */
    public int connections() {
        return nodes.stream().mapToInt(NodeStatus::connections).sum();
    }

    /** How many connections to all nodes are lent to one caller, or waiting to be. */
    public int dedicatedConnections() {
        return nodes.stream().mapToInt(NodeStatus::dedicatedConnections).sum();
    }

    /** How many channels and patterns are subscribed to, on all nodes. */
    public int subscriptions() {
        return nodes.stream().mapToInt(NodeStatus::subscriptions).sum();
    }

    /** How often subscriptions came into force again after an outage of their node, see {@link SubscriptionRestored}. */
    public long restorations() {
        return nodes.stream().mapToLong(NodeStatus::restorations).sum();
    }

    /** How many reads went to primaries because no replica answered them, see {@link NodeStatus#fallbackReads}. */
    public long fallbackReads() {
        return nodes.stream().mapToLong(NodeStatus::fallbackReads).sum();
    }
}
