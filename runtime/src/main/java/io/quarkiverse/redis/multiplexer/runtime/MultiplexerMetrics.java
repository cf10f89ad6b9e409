package io.quarkiverse.redis.multiplexer.runtime;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;

/** Registers the meters of all clients. A bean only if the application has Micrometer. */
@Singleton
public class MultiplexerMetrics {

    void register(@Observes StartupEvent start, MeterRegistry registry) {
        ClientRegistry.instance().running().forEach(client -> new ClientMeters(client).bindTo(registry));
    }
}
