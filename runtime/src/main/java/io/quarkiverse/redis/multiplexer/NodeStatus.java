package io.quarkiverse.redis.multiplexer;

import java.util.List;

/**
 * A snapshot of what a client has to do with one server.
 *
 * @param address host and port, or the path of a socket, as the client connects to it
 * @param role what the server said that it is, when a connection to it was last made
 * @param server the kind of server, such as {@code redis} or {@code valkey}, as it said when a connection to it was last made;
 *        empty if it has not said so, as before the first connection, and for servers that do not know HELLO (before Redis 6)
 * @param version of the server, such as {@code 8.0.2}; empty if {@code server} is
 * @param lanes the shared connections that have been used so far
 * @param dedicatedConnections how many connections are lent to one caller, or waiting to be
 * @param subscriptions how many channels and patterns are subscribed to; in a cluster, at this node
 * @param restorations how often subscriptions came into force again after an outage, see {@link SubscriptionRestored}
 * @param fallbackReads reads that were for a replica, by {@code quarkus.redis.replicas}, and went to its primary: those that
 *        this replica did not answer, or those for which this primary had no replica that was fit
 * @param dedicated more of the connections that are lent to one caller
 * @param subscriptionConnections the connections that carry subscriptions; none as long as nothing was subscribed to
 */
public record NodeStatus(String address, NodeRole role, String server, String version, List<LaneStatus> lanes,
        int dedicatedConnections, int subscriptions, long restorations, long fallbackReads, DedicatedStatus dedicated,
        List<ConnectionStatus> subscriptionConnections) {

    /** How many connections to it are open, whatever they are for. */
    public int connections() {
        int shared = (int) lanes.stream().filter(LaneStatus::isOpen).count();
        int sideTracks = (int) lanes.stream().filter(lane -> lane.sideTrack().isOpen()).count();
        int subscribing = (int) subscriptionConnections.stream().filter(ConnectionStatus::isOpen).count();
        return shared + sideTracks + dedicated.open() + subscribing;
    }
}
