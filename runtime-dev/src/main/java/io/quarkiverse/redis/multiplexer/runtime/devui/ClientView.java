package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.util.List;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.DedicatedStatus;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.RoutingStatus;

/** What the Dev UI shows of a client's status: nothing that JSON has no word for. */
public record ClientView(String name, boolean running, RoutingStatus routing, List<NodeView> nodes) {

    public record NodeView(String address, NodeRole role, String server, String version, List<LaneView> lanes,
            int connections, int dedicatedConnections, int subscriptions, DedicatedStatus dedicated,
            List<ConnectionStatus> subscriptionConnections) {

        static NodeView of(NodeStatus node) {
            return new NodeView(node.address(), node.role(), node.server(), node.version(),
                    node.lanes().stream().map(LaneView::of).toList(), node.connections(), node.dedicatedConnections(),
                    node.subscriptions(), node.dedicated(), node.subscriptionConnections());
        }
    }

    public record LaneView(int index, ConnectionState state, int pending, int inFlight, long commands, long flushes,
            long connects, String lastError, ConnectionStatus sideTrack) {

        static LaneView of(LaneStatus lane) {
            return new LaneView(lane.index(), lane.state(), lane.pending(), lane.inFlight(), lane.commands(), lane.flushes(),
                    lane.connects(), lane.lastError(), lane.sideTrack());
        }
    }

    static ClientView of(ClientStatus status) {
        return new ClientView(status.name(), status.running(), status.routing(),
                status.nodes().stream().map(NodeView::of).toList());
    }
}
