package io.quarkiverse.redis.multiplexer.runtime;

import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.NodeStatus;

/** The meters of one node of a client. */
final class NodeMeters {

    private final MeterGroup<NodeStatus> meters;

    /** @param tags of all meters */
    NodeMeters(MeterRegistry registry, RecentStatus status, String address, Tags tags) {
        this.meters = new MeterGroup<>(registry, status, client -> Optional.ofNullable(client.nodes().get(address)), tags);
    }

    NodeMeters bind() {
        counter("commands", "Commands written to shared connections", lanes(LaneStatus::commands));
        counter("batches", "Writes to shared connections; commands / batches is the mean size of a batch",
                lanes(LaneStatus::flushes));
        counter("retries", "Commands sent again after their connection was lost", lanes(LaneStatus::retries));
        counter("redirects", "Commands sent again because a node of a cluster did not execute them",
                lanes(LaneStatus::redirects));
        counter("replica.fallbacks", "Reads for replicas that went to their primary", NodeStatus::fallbackReads);
        counter("reconnects", "Shared connections that replaced a lost one",
                lanes(lane -> Math.max(0, lane.connects() - 1)));
        meters.failures(node -> node.lanes().stream().map(LaneStatus::failures));

        meters.timer("backlog.time", "From handing over a command until it was written", lanes(LaneStatus::commands),
                lanes(lane -> lane.timeInBacklog().toNanos()));
        meters.timer("round.trip.time", "From writing a command to its reply, of one command at a time per shared connection",
                lanes(LaneStatus::roundTrips), lanes(lane -> lane.roundTripTime().toNanos()));

        meters.gauge("in.flight", "Commands written and not yet answered", MeterGroup.COMMANDS, Tags.empty(),
                lanes(LaneStatus::inFlight));
        meters.backlog(lanes(LaneStatus::pending));
        for (ConnectionState state : ConnectionState.values()) {
            meters.gauge("lanes", "Shared connections by their state", null,
                    Tags.of("state", state.name().toLowerCase(Locale.ROOT)), lanes(lane -> lane.state() == state ? 1 : 0));
        }
        connections("lane", lanes(lane -> lane.isOpen() ? 1 : 0), lanes(LaneStatus::connects));
        connections("side_track", lanes(lane -> lane.sideTrack().isOpen() ? 1 : 0), lanes(lane -> lane.sideTrack().connects()));
        connections("dedicated", node -> node.dedicated().open(), node -> node.dedicated().connects());
        connections("subscriptions", subscribing(connection -> connection.isOpen() ? 1 : 0),
                subscribing(ConnectionStatus::connects));
        meters.gauge("dedicated.connections", "Connections that one caller has to itself, or will have", null, Tags.empty(),
                NodeStatus::dedicatedConnections);
        meters.gauge("subscriptions", "Channels and patterns that are subscribed to", null, Tags.empty(),
                NodeStatus::subscriptions);
        counter("subscription.restorations", "Outages after which subscriptions were restored; messages may be missed",
                NodeStatus::restorations);
        return this;
    }

    /** The client does not know the node any more. */
    void remove() {
        meters.remove();
    }

    private static ToLongFunction<NodeStatus> lanes(ToLongFunction<LaneStatus> figure) {
        return status -> status.lanes().stream().mapToLong(figure).sum();
    }

    private static ToLongFunction<NodeStatus> subscribing(ToLongFunction<ConnectionStatus> figure) {
        return status -> status.subscriptionConnections().stream().mapToLong(figure).sum();
    }

    private void connections(String use, ToLongFunction<NodeStatus> open, ToLongFunction<NodeStatus> connects) {
        meters.gauge("connections", "Open connections, by what they are for", null, Tags.of("use", use), open);
        meters.counter("connects", "Connections made, by what they are for", Tags.of("use", use), connects);
    }

    private void counter(String name, String description, ToLongFunction<NodeStatus> figure) {
        meters.counter(name, description, Tags.empty(), figure);
    }
}
