package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

import io.quarkus.builder.item.SimpleBuildItem;

/** Which clients need a server, as the configuration has it. */
public final class ServerDemandsBuildItem extends SimpleBuildItem {

    private final Map<String, ServerDemand> demands;
    private final Set<String> hidden;

    /** @param hidden those of {@link #hiddenFromStock} */
    ServerDemandsBuildItem(Map<String, ServerDemand> demands, Set<String> hidden) {
        this.demands = demands;
        this.hidden = hidden;
    }

    /** The names of the clients that get an embedded server, in their order. */
    List<String> embedded(BooleanSupplier containerRuntime) {
        return demands.keySet().stream().filter(name -> demands.get(name).isEmbedded(containerRuntime)).toList();
    }

    /** What a client wants that one of these lists names. */
    ServerDemand of(String name) {
        return demands.get(name);
    }

    /** The names of the clients that want several servers, and get a container that is one. */
    List<String> lackingInContainers(BooleanSupplier containerRuntime) {
        return demands.keySet().stream().filter(name -> demands.get(name).isLackingInContainer(containerRuntime)).toList();
    }

    /**
     * The names of the clients that quarkus-redis-client would make for an application that only looks clients up, because of
     * their Dev Service, and which it does not see any more when {@link StockDevServiceInterceptor} has disabled their
     * container: in production as little as in dev mode.
     */
    public Set<String> hiddenFromStock() {
        return hidden;
    }
}
