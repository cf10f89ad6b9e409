package io.quarkiverse.redis.multiplexer.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.NodeStatus;

/**
 * The meters of one client, one of each kind for each of its nodes. They look at its {@link MultiplexedRedis#status() status}
 * when they are read, and cost nothing otherwise.
 * <p>
 * The nodes of a cluster come and go. Whenever the meter that counts them is read, those that have come get meters, which are
 * read the next time, and those of the ones that are gone are removed.
 */
public final class ClientMeters implements MeterBinder {

    static final String PREFIX = "redis.multiplexer.";

    private final MultiplexedRedis client;

    public ClientMeters(MultiplexedRedis client) {
        this.client = client;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Nodes nodes = new Nodes(registry, client);
        nodes.follow();
        // Nobody else holds it.
        Gauge.builder(PREFIX + "nodes", nodes, Nodes::follow).description("Servers that the client has to do with")
                .tag("client", client.name()).strongReference(true).register(registry);
    }

    /** The nodes that have meters. */
    private static final class Nodes {

        private final MeterRegistry registry;
        private final MultiplexedRedis client;
        private final Map<String, NodeMeters> byAddress = new HashMap<>();

        Nodes(MeterRegistry registry, MultiplexedRedis client) {
            this.registry = registry;
            this.client = client;
        }

        /** @return how many nodes there are */
        synchronized int follow() {
            Set<String> addresses = client.status().nodes().stream().map(NodeStatus::address).collect(Collectors.toSet());
            byAddress.entrySet().removeIf(entry -> {
                boolean gone = !addresses.contains(entry.getKey());
                if (gone) {
                    entry.getValue().remove();
                }
                return gone;
            });
            addresses.forEach(
                    address -> byAddress.computeIfAbsent(address, added -> new NodeMeters(registry, client, added).bind()));
            return addresses.size();
        }
    }
}
