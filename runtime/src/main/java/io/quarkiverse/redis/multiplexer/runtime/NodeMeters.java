package io.quarkiverse.redis.multiplexer.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.LaneStatus.Failures;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.NodeStatus;

/** The meters of one node of a client. */
final class NodeMeters {

    private static final String COMMANDS = "commands";

    private final MeterRegistry registry;
    private final MultiplexedRedis client;
    private final String address;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();

    /** @param address of the node */
    NodeMeters(MeterRegistry registry, MultiplexedRedis client, String address) {
        this.registry = registry;
        this.client = client;
        this.address = address;
        this.tags = Tags.of("client", client.name(), "node", address);
    }

    NodeMeters bind() {
        counter("commands", "Commands written to shared connections", tags, lanes(LaneStatus::commands));
        counter("batches", "Writes to shared connections; commands / batches is the mean size of a batch", tags,
                lanes(LaneStatus::flushes));
        counter("retries", "Commands sent again after their connection was lost", tags, lanes(LaneStatus::retries));
        counter("redirects", "Commands sent again because a node of a cluster did not execute them", tags,
                lanes(LaneStatus::redirects));
        counter("replica.fallbacks", "Reads for replicas that went to their primary", tags, NodeStatus::fallbackReads);
        counter("reconnects", "Shared connections that replaced a lost one", tags,
                lanes(lane -> Math.max(0, lane.connects() - 1)));
        failures("server_error", Failures::errors);
        failures("timeout", Failures::timeouts);
        failures("connection_lost", Failures::lost);
        failures("unavailable", Failures::unavailable);
        failures("backlog_full", Failures::refused);

        timer("backlog.time", "From handing over a command until it was written", lanes(LaneStatus::commands),
                lanes(lane -> lane.timeInBacklog().toNanos()));
        timer("round.trip.time", "From writing a command to its reply, of one command at a time per shared connection",
                lanes(LaneStatus::roundTrips), lanes(lane -> lane.roundTripTime().toNanos()));

        gauge("in.flight", "Commands written and not yet answered", COMMANDS, tags, lanes(LaneStatus::inFlight));
        gauge("backlog", "Commands accepted and not yet written", COMMANDS, tags, lanes(LaneStatus::pending));
        for (ConnectionState state : ConnectionState.values()) {
            gauge("lanes", "Shared connections by their state", null, tags.and("state", state.name().toLowerCase(Locale.ROOT)),
                    lanes(lane -> lane.state() == state ? 1 : 0));
        }
        connections("lane", lanes(lane -> lane.isOpen() ? 1 : 0), lanes(LaneStatus::connects));
        connections("side_track", lanes(lane -> lane.sideTrack().isOpen() ? 1 : 0), lanes(lane -> lane.sideTrack().connects()));
        connections("dedicated", node -> node.dedicated().open(), node -> node.dedicated().connects());
        connections("subscriptions", subscribing(connection -> connection.isOpen() ? 1 : 0),
                subscribing(ConnectionStatus::connects));
        gauge("dedicated.connections", "Connections that one caller has to itself, or will have", null, tags,
                NodeStatus::dedicatedConnections);
        gauge("subscriptions", "Channels and patterns that are subscribed to", null, tags, NodeStatus::subscriptions);
        counter("subscription.restorations", "Outages after which subscriptions were restored; messages may be missed",
                tags, NodeStatus::restorations);
        return this;
    }

    /** The client does not know the node any more. */
    void remove() {
        meters.forEach(registry::remove);
    }

    private static ToLongFunction<NodeStatus> lanes(ToLongFunction<LaneStatus> figure) {
        return status -> status.lanes().stream().mapToLong(figure).sum();
    }

    private static ToLongFunction<NodeStatus> subscribing(ToLongFunction<ConnectionStatus> figure) {
        return status -> status.subscriptionConnections().stream().mapToLong(figure).sum();
    }

    private void connections(String use, ToLongFunction<NodeStatus> open, ToLongFunction<NodeStatus> connects) {
        gauge("connections", "Open connections, by what they are for", null, tags.and("use", use), open);
        counter("connects", "Connections made, by what they are for", tags.and("use", use), connects);
    }

    private void failures(String reason, ToLongFunction<Failures> figure) {
        counter("failures", "Commands on shared connections that failed, by the reason", tags.and("reason", reason),
                lanes(lane -> figure.applyAsLong(lane.failures())));
    }

    private void counter(String name, String description, Tags itsTags, ToLongFunction<NodeStatus> figure) {
        meters.add(FunctionCounter.builder(ClientMeters.PREFIX + name, client, value(figure)).description(description)
                .tags(itsTags)
                .register(registry));
    }

    private void gauge(String name, String description, String unit, Tags itsTags, ToLongFunction<NodeStatus> figure) {
        meters.add(Gauge.builder(ClientMeters.PREFIX + name, client, value(figure)).description(description).baseUnit(unit)
                .tags(itsTags)
                .register(registry));
    }

    private void timer(String name, String description, ToLongFunction<NodeStatus> count,
            ToLongFunction<NodeStatus> nanos) {
        meters.add(FunctionTimer
                .builder(ClientMeters.PREFIX + name, client, redis -> read(redis, count), value(nanos), TimeUnit.NANOSECONDS)
                .description(description).tags(tags).register(registry));
    }

    private ToDoubleFunction<MultiplexedRedis> value(ToLongFunction<NodeStatus> figure) {
        return redis -> read(redis, figure);
    }

    /** 0 while the client does not know the node. */
    private long read(MultiplexedRedis redis, ToLongFunction<NodeStatus> figure) {
        return redis.status().nodes().stream().filter(node -> node.address().equals(address)).mapToLong(figure).sum();
    }
}
