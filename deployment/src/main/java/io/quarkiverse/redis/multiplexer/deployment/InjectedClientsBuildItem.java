package io.quarkiverse.redis.multiplexer.deployment;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.quarkiverse.redis.multiplexer.runtime.ClientRegistry;
import io.quarkus.builder.item.SimpleBuildItem;
import io.quarkus.redis.deployment.client.RequestedRedisClientBuildItem;

/**
 * The clients that the application's own code asks for, found in one look at it. Together with what is
 * {@linkplain RequestedRedisClientBuildItem requested} they are the clients that quarkus-redis-client makes.
 */
final class InjectedClientsBuildItem extends SimpleBuildItem {

    private final Set<String> named;
    private final boolean stockDefault;
    private final boolean ourDefault;
    private final boolean lookedUp;

    /**
     * @param named the names that qualifiers give
     * @param stockDefault whether the default client is injected as a type that quarkus-redis-client makes of it
     * @param ourDefault whether the default client is injected, or any looked up, as a type that only this extension has
     * @param lookedUp whether clients are looked up by names that only the running application knows
     */
    InjectedClientsBuildItem(Set<String> named, boolean stockDefault, boolean ourDefault, boolean lookedUp) {
        this.named = named;
        this.stockDefault = stockDefault;
        this.ourDefault = ourDefault;
        this.lookedUp = lookedUp;
    }

    /** Whether quarkus-redis-client has to be told of the default client, which it does not find by itself. */
    boolean isDefaultHiddenFromStock() {
        return ourDefault;
    }

    boolean isLookedUp() {
        return lookedUp;
    }

    /** The names of all clients of the application. */
    Set<String> with(List<RequestedRedisClientBuildItem> requests) {
        Set<String> names = new TreeSet<>(named);
        requests.forEach(request -> names.add(request.name));
        if (stockDefault) {
            names.add(ClientRegistry.DEFAULT_CLIENT);
        }
        return names;
    }
}
