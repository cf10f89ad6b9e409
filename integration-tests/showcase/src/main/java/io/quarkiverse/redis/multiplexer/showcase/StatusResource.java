package io.quarkiverse.redis.multiplexer.showcase;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.DedicatedStatus;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.smallrye.common.annotation.NonBlocking;

/** What the clients are doing. Asks them, not Redis. */
@Path("/status")
@NonBlocking
public class StatusResource {

    private final Instance<MultiplexedRedis> clients;

    /**
     * @param nanos when, on a clock of its own: for rates
     * @param clients none if {@code quarkus.redis-multiplexer.enabled} is {@code false}
     */
    public record Status(long nanos, String java, List<Client> clients) {
    }

    public record Client(String name, boolean running, List<Node> nodes, long commands, double commandsPerBatch) {

        static Client of(ClientStatus status) {
            long commands = status.lanes().stream().mapToLong(LaneStatus::commands).sum();
            long flushes = status.lanes().stream().mapToLong(LaneStatus::flushes).sum();
            return new Client(status.name(), status.running(), status.nodes().stream().map(Node::of)
                    .sorted(Comparator.comparing(Node::address)).toList(), commands,
                    ratio(commands, flushes));
        }
    }

    /** @param connections open ones, whatever they are for */
    public record Node(String address, NodeRole role, String server, String version, List<Lane> lanes, int connections,
            int dedicatedConnections, int subscriptions, List<Other> others) {

        static Node of(NodeStatus status) {
            return new Node(status.address(), status.role(), status.server(), status.version(),
                    status.lanes().stream().map(Lane::of).toList(), status.connections(), status.dedicatedConnections(),
                    status.subscriptions(), Other.of(status));
        }
    }

    /** Connections that are no lanes. */
    public record Other(String name, String state, long connects, String lastError) {

        static List<Other> of(NodeStatus node) {
            List<Other> all = new ArrayList<>();
            node.lanes().stream().filter(lane -> lane.sideTrack().state() != ConnectionState.IDLE)
                    .forEach(lane -> all.add(of(lane.index() + " large replies", lane.sideTrack())));
            node.subscriptionConnections().forEach(connection -> all.add(of("subscriptions", connection)));
            DedicatedStatus dedicated = node.dedicated();
            if (dedicated.connects() > 0) {
                all.add(new Other("dedicated", dedicated.lent() + " of " + dedicated.open() + " lent", dedicated.connects(),
                        dedicated.lastError()));
            }
            return all;
        }

        private static Other of(String name, ConnectionStatus connection) {
            return new Other(name, connection.state().name(), connection.connects(), connection.lastError());
        }
    }

    public record Lane(int index, ConnectionState state, int pending, int inFlight, long commands, double commandsPerBatch,
            long connects, String lastError) {

        static Lane of(LaneStatus status) {
            return new Lane(status.index(), status.state(), status.pending(), status.inFlight(), status.commands(),
                    ratio(status.commands(), status.flushes()), status.connects(), status.lastError());
        }
    }

    StatusResource(@Any Instance<MultiplexedRedis> clients) {
        this.clients = clients;
    }

    @GET
    public Status status() {
        return new Status(System.nanoTime(), Runtime.version().toString(), clients.stream()
                .map(client -> Client.of(client.status()))
                .sorted(Comparator.comparing(Client::name))
                .toList());
    }

    private static double ratio(long commands, long flushes) {
        return flushes == 0 ? 0 : commands / (double) flushes;
    }
}
