package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.quarkiverse.redis.multiplexer.engine.topology.SlotMap.Range;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Response;

/**
 * Reads what a node answers to CLUSTER SHARDS (<a href="https://redis.io/docs/latest/commands/cluster-shards/">since 7.0</a>)
 * and to CLUSTER SLOTS (<a href="https://redis.io/docs/latest/commands/cluster-slots/">all versions</a>), with RESP2 and RESP3.
 * <p>
 * A node that has no host, or an empty one, is at the host that was asked; one whose host is {@code ?} is not known to the node
 * that was asked, and is left out. Fields that are not known are passed over: there may be more in later versions.
 */
final class TopologyReply {

    private final SocketAddress asked;
    private final boolean tls;
    private final List<Shard> shards = new ArrayList<>();
    private final List<Range> ranges = new ArrayList<>();

    private TopologyReply(SocketAddress asked, boolean tls) {
        this.asked = asked;
        this.tls = tls;
    }

    /**
     * @param asked the node that has answered
     * @param tls whether we speak TLS, which has ports of its own
     * @throws IllegalArgumentException if that is no such answer
     */
    static SlotMap ofShards(Response reply, SocketAddress asked, boolean tls) {
        TopologyReply reader = new TopologyReply(asked, tls);
        return reader.read(() -> reply.forEach(reader::addShard));
    }

    /**
     * @param asked the node that has answered
     * @throws IllegalArgumentException if that is no such answer
     */
    static SlotMap ofSlots(Response reply, SocketAddress asked) {
        TopologyReply reader = new TopologyReply(asked, false);
        return reader.read(() -> reader.addSlots(reply));
    }

    private SlotMap read(Runnable reading) {
        try {
            reading.run();
            return new SlotMap(shards, ranges);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("The node at " + asked + " described its cluster in a form that is not known",
                    e);
        }
    }

    private void addShard(Response reply) {
        List<Member> primaries = new ArrayList<>();
        List<Member> replicas = new ArrayList<>();
        for (Response node : reply.get("nodes")) {
            boolean primary = text(node.get("role")).equals("master");
            member(node).ifPresent(primary ? primaries::add : replicas::add);
        }
        // While one takes the place of another, both may be told as primaries: the one that has failed is the old one.
        primaries.stream().filter(primary -> primary.health() != Health.FAILED).findFirst()
                .or(() -> primaries.stream().findFirst()).ifPresent(primary -> {
                    Shard told = new Shard(primary, replicas);
                    shards.add(told);
                    Response slots = reply.get("slots");
                    for (int i = 0; i + 1 < slots.size(); i += 2) {
                        ranges.add(new Range(slots.get(i).toInteger(), slots.get(i + 1).toInteger(), told));
                    }
                });
    }

    private Optional<Member> member(Response node) {
        Response plainPort = node.get("port");
        Response tlsPort = node.get("tls-port");
        Response port = tls && tlsPort != null || plainPort == null ? tlsPort : plainPort;
        return address(text(node.get("endpoint")), port.toInteger()).map(
                address -> new Member(address, health(text(node.get("health"))), text(node.get("availability-zone"))));
    }

    private static Health health(String text) {
        return switch (text) {
            case "online" -> Health.ONLINE;
            case "loading" -> Health.LOADING;
            case "fail", "failed" -> Health.FAILED;
            default -> Health.UNKNOWN;
        };
    }

    private void addSlots(Response reply) {
        // A shard with several ranges is told once for each.
        Map<List<Member>, Shard> known = new LinkedHashMap<>();
        for (Response range : reply) {
            int first = range.get(0).toInteger();
            int last = range.get(1).toInteger();
            List<Member> members = new ArrayList<>();
            for (int i = 2; i < range.size(); i++) {
                Response node = range.get(i);
                Optional<SocketAddress> address = address(text(node.get(0)), node.get(1).toInteger());
                if (address.isEmpty() && i == 2) {
                    // Its primary is not known, so whoever has these slots is not.
                    members.clear();
                    break;
                }
                address.ifPresent(there -> members.add(new Member(there, Health.UNKNOWN, "")));
            }
            if (!members.isEmpty()) {
                Shard shard = known.computeIfAbsent(members, all -> new Shard(all.get(0), all.subList(1, all.size())));
                ranges.add(new Range(first, last, shard));
            }
        }
        shards.addAll(known.values());
    }

    private Optional<SocketAddress> address(String host, int port) {
        return switch (host) {
            case "?" -> Optional.empty();
            case "" -> Optional.of(SocketAddress.inetSocketAddress(port, asked.host()));
            default -> Optional.of(SocketAddress.inetSocketAddress(port, host));
        };
    }

    /** A map of RESP3 and an array of names and values of RESP2 are the same to {@link Response#get(String)}. */
    private static String text(Response value) {
        return value == null ? "" : value.toString();
    }
}
