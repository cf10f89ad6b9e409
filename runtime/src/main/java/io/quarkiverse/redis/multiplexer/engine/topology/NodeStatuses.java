package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.NodeStatus;

/** What is told of a server that a client has to do with in two ways: for reads only, and for all else. */
final class NodeStatuses {

    private NodeStatuses() {
    }

    /** One status for each server. @param read of those that are read from only; others come first */
    static List<NodeStatus> merged(List<NodeStatus> all, List<NodeStatus> read) {
        Map<String, NodeStatus> byAddress = new LinkedHashMap<>();
        all.forEach(node -> byAddress.put(node.address(), node));
        read.forEach(node -> byAddress.merge(node.address(), node, NodeStatuses::both));
        return List.copyOf(byAddress.values());
    }

    private static NodeStatus both(NodeStatus one, NodeStatus read) {
        List<LaneStatus> lanes = new ArrayList<>(one.lanes());
        read.lanes().forEach(lane -> lanes.add(numbered(lanes.size(), lane)));
        NodeStatus told = read.server().isEmpty() ? one : read;
        return new NodeStatus(one.address(), told.role(), told.server(), told.version(), lanes, one.dedicatedConnections(),
                one.subscriptions(), one.restorations(), one.fallbackReads() + read.fallbackReads(), one.dedicated(),
                one.subscriptionConnections());
    }

    private static LaneStatus numbered(int index, LaneStatus lane) {
        return new LaneStatus(index, lane.state(), lane.pending(), lane.inFlight(), lane.commands(), lane.flushes(),
                lane.connects(), lane.lastError(), lane.retries(), lane.redirects(), lane.failures(), lane.timeInBacklog(),
                lane.roundTrips(), lane.roundTripTime(), lane.sideTrack());
    }
}
