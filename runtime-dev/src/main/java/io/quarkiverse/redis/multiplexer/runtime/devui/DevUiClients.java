package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.util.Comparator;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkus.arc.Arc;

/**
 * The clients that the Dev UI can show: those of the application that have a server. They are not injected, as the build would
 * take that for a part of the application that looks up clients.
 */
@ApplicationScoped
public class DevUiClients {

    /** In the order of their names. */
    List<MultiplexedRedis> all() {
        return Arc.container().select(MultiplexedRedis.class, Any.Literal.INSTANCE).listActive().stream()
                .sorted(Comparator.comparing(MultiplexedRedis::name)).toList();
    }

    /** @throws IllegalArgumentException if there is none of that name */
    MultiplexedRedis named(String name) {
        return all().stream().filter(client -> client.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no Redis client " + name));
    }
}
