package io.quarkiverse.redis.multiplexer.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.RoutingStatus;

/**
 * The meters of one client, one of each kind for each of its nodes, and those of the commands that no node has. They look at
 * its {@link MultiplexedRedis#status() status} when they are read, once for all that are read together, and cost nothing
 * otherwise.
 * <p>
 * The nodes of a cluster come and go. Whenever the meter that counts them is read, those that have come get meters, which are
 * read the next time, and those of the ones that are gone are removed.
 */
public final class ClientMeters implements MeterBinder {

    static final String PREFIX = "redis.multiplexer.";
    /** In the place of an address. */
    static final String NO_NODE = "none";

    private final MultiplexedRedis client;
    private final LongSupplier clock;

    public ClientMeters(MultiplexedRedis client) {
        this(client, System::nanoTime);
    }

    /** @param clock in nanoseconds */
    ClientMeters(MultiplexedRedis client, LongSupplier clock) {
        this.client = client;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        RecentStatus status = new RecentStatus(client, clock);
        MeterGroup<RoutingStatus> routing = new MeterGroup<>(registry, status, it -> Optional.of(it.routing()),
                tags(NO_NODE));
        routing.backlog(RoutingStatus::waiting);
        routing.failures(part -> Stream.of(part.failures()));
        Nodes nodes = new Nodes(registry, status);
        nodes.follow(status.latest());
        RecentStatus.Reader reader = status.reader();
        // Nobody else holds it.
        Gauge.builder(PREFIX + "nodes", nodes, known -> known.follow(reader.read()))
                .description("Servers that the client has to do with").tag("client", client.name()).strongReference(true)
                .register(registry);
    }

    private Tags tags(String node) {
        return Tags.of("client", client.name(), "node", node);
    }

    /** The nodes that have meters. */
    private final class Nodes {

        private final MeterRegistry registry;
        private final RecentStatus status;
        private final Map<String, NodeMeters> byAddress = new HashMap<>();

        Nodes(MeterRegistry registry, RecentStatus status) {
            this.registry = registry;
            this.status = status;
        }

        /** @return how many nodes there are */
        synchronized int follow(RecentStatus.Snapshot now) {
            Set<String> addresses = now.nodes().keySet();
            byAddress.entrySet().removeIf(entry -> {
                boolean gone = !addresses.contains(entry.getKey());
                if (gone) {
                    entry.getValue().remove();
                }
                return gone;
            });
            addresses.forEach(address -> byAddress.computeIfAbsent(address,
                    added -> new NodeMeters(registry, status, added, tags(added)).bind()));
            return addresses.size();
        }
    }
}
