package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.util.Comparator;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkus.arc.InjectableInstance;

/** The clients that the Dev UI can show: those of the application that have a server. */
@ApplicationScoped
public class DevUiClients {

    private final InjectableInstance<MultiplexedRedis> clients;

    DevUiClients(@Any InjectableInstance<MultiplexedRedis> clients) {
        this.clients = clients;
    }

    /** In the order of their names. */
    List<MultiplexedRedis> all() {
        return clients.listActive().stream().sorted(Comparator.comparing(MultiplexedRedis::name)).toList();
    }

    /** @throws IllegalArgumentException if there is none of that name */
    MultiplexedRedis named(String name) {
        return all().stream().filter(client -> client.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no Redis client " + name));
    }
}
