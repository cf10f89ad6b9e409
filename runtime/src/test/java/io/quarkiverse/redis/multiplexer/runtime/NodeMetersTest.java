package io.quarkiverse.redis.multiplexer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.DedicatedStatus;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.RoutingStatus;

/** The meters of a client and its nodes, whose status is told by the test. */
class NodeMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    /** So that a dashboard can tell the node that is slow from those that are not. */
    @Test
    void eachNodeHasItsOwnFigures() {
        LaneStatus lane = new LaneStatus(0, ConnectionState.READY, 1, 2, 3, 4, 5, null, 6, 0,
                new LaneStatus.Failures(7, 8, 9, 10, 11),
                Duration.ofSeconds(12), 13, Duration.ofSeconds(14), new ConnectionStatus(ConnectionState.READY, 2, null));
        ClientStatus status = new ClientStatus("test", true, new RoutingStatus(5, new LaneStatus.Failures(51, 52, 53, 54, 55)),
                List.of(new NodeStatus("one:1", NodeRole.PRIMARY, "redis", "8.0.2", List.of(lane), 1, 10, 100, 1000,
                        DedicatedStatus.UNUSED, List.of()),
                        new NodeStatus("two:2", NodeRole.PRIMARY, "redis", "8.0.2", List.of(lane, lane), 2, 20, 200, 2000,
                                new DedicatedStatus(2, 1, 30, null),
                                List.of(new ConnectionStatus(ConnectionState.BACKING_OFF, 3, null)))));
        new ClientMeters(client(status)).bindTo(registry);

        assertEquals(3, value("commands", "node", "one:1"));
        assertEquals(6, value("commands", "node", "two:2"));
        assertEquals(14, value("failures", "node", "two:2", "reason", "server_error"));
        assertEquals(51, value("failures", "node", "none", "reason", "server_error"));
        assertEquals(52, value("failures", "node", "none", "reason", "timeout"));
        assertEquals(53, value("failures", "node", "none", "reason", "connection_lost"));
        assertEquals(54, value("failures", "node", "none", "reason", "unavailable"));
        assertEquals(55, value("failures", "node", "none", "reason", "backlog_full"));
        assertEquals(5, value("backlog", "node", "none"));
        assertEquals(1, value("lanes", "node", "one:1", "state", "ready"));
        assertEquals(2, value("dedicated.connections", "node", "two:2"));
        assertEquals(20, value("subscriptions", "node", "two:2"));
        assertEquals(100, value("subscription.restorations", "node", "one:1"));
        assertEquals(2000, value("replica.fallbacks", "node", "two:2"));
        assertEquals(2, value("connections", "node", "two:2", "use", "lane"));
        assertEquals(2, value("connections", "node", "two:2", "use", "side_track"));
        assertEquals(2, value("connections", "node", "two:2", "use", "dedicated"));
        assertEquals(0, value("connections", "node", "two:2", "use", "subscriptions"));
        assertEquals(10, value("connects", "node", "two:2", "use", "lane"));
        assertEquals(4, value("connects", "node", "two:2", "use", "side_track"));
        assertEquals(30, value("connects", "node", "two:2", "use", "dedicated"));
        assertEquals(3, value("connects", "node", "two:2", "use", "subscriptions"));
    }

    /** In a large cluster, there are more meters than can each look at all nodes. */
    @Test
    void theStatusIsTakenOnceForAllThatIsReadWithinAMoment() {
        AtomicInteger taken = new AtomicInteger();
        AtomicLong clock = new AtomicLong();
        ClientStatus status = knowing(IntStream.range(0, 50).mapToObj(port -> "node:" + port).toArray(String[]::new));
        new ClientMeters(client(() -> {
            taken.incrementAndGet();
            return status;
        }), clock::get).bindTo(registry);
        taken.set(0);

        assertEquals(50, readAll("dedicated.connections"));
        assertEquals(0, taken.get());
        readAll("dedicated.connections");
        assertEquals(1, taken.get());
        clock.set(RecentStatus.MAX_AGE_NANOS + 1);
        readAll("dedicated.connections");
        assertEquals(2, taken.get());
        assertEquals(1, value("dedicated.connections", "node", "node:7"));
        assertEquals(3, taken.get());
        clock.addAndGet(RecentStatus.MAX_AGE_NANOS + 1);
        assertEquals(1, value("dedicated.connections", "node", "node:8"));
        assertEquals(4, taken.get());
    }

    /** All meters, as who scrapes them does. @return the sum of those with this name */
    private double readAll(String name) {
        double sum = 0;
        for (Meter meter : registry.getMeters()) {
            for (Measurement measurement : meter.measure()) {
                double value = measurement.getValue();
                sum += meter.getId().getName().equals("redis.multiplexer." + name) ? value : 0;
            }
        }
        return sum;
    }

    @Test
    void tagsAreTheSameInEveryLanguage() {
        Locale before = Locale.getDefault();
        try {
            // Its small I has no dot.
            Locale.setDefault(Locale.forLanguageTag("tr"));
            new ClientMeters(client(knowing("one:1"))).bindTo(registry);
        } finally {
            Locale.setDefault(before);
        }
        assertEquals(Set.of("idle", "connecting", "handshaking", "ready", "backing_off", "closing", "closed"),
                tags("lanes", "state"));
        assertEquals(Set.of("server_error", "timeout", "connection_lost", "unavailable", "backlog_full"),
                tags("failures", "reason"));
    }

    private Set<String> tags(String name, String key) {
        return registry.find("redis.multiplexer." + name).meters().stream().map(meter -> meter.getId().getTag(key))
                .collect(Collectors.toSet());
    }

    @Test
    void nodesThatComeGetMetersAndThoseOfTheOnesThatAreGoneAreRemoved() {
        AtomicReference<ClientStatus> status = new AtomicReference<>(knowing("one:1", "two:2"));
        new ClientMeters(client(status::get)).bindTo(registry);
        assertEquals(2, value("nodes"));
        int before = registry.getMeters().size();

        status.set(knowing("two:2", "three:3"));
        assertEquals(2, value("nodes"));
        assertEquals(before, registry.getMeters().size());
        assertEquals(Set.of("two:2", "three:3"), tags("commands", "node"));
        assertEquals(1, value("dedicated.connections", "node", "three:3"));
    }

    private static ClientStatus knowing(String... addresses) {
        return new ClientStatus("c", true, RoutingStatus.UNUSED, Arrays.stream(addresses)
                .map(address -> new NodeStatus(address, NodeRole.PRIMARY, "redis", "8.0.2", List.of(), 1, 0, 0, 0,
                        DedicatedStatus.UNUSED, List.of()))
                .toList());
    }

    private static MultiplexedRedis client(ClientStatus status) {
        return client(() -> status);
    }

    /** One that has a name and a status, and nothing else. */
    private static MultiplexedRedis client(Supplier<ClientStatus> status) {
        return (MultiplexedRedis) Proxy.newProxyInstance(NodeMetersTest.class.getClassLoader(),
                new Class<?>[] { MultiplexedRedis.class },
                (client, method, arguments) -> method.getName().equals("name") ? status.get().name() : status.get());
    }

    private double value(String name, String... tags) {
        return registry.get("redis.multiplexer." + name).tags(tags).meter().measure().iterator().next().getValue();
    }
}
