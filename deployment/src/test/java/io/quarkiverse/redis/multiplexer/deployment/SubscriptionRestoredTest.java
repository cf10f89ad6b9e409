package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.SubscriptionRestored;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;

class SubscriptionRestoredTest {

    private static final RedisServer SERVER = RedisServer.prepare();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .overrideConfigKey("quarkus.devservices.enabled", "false")
            .withApplicationRoot(jar -> jar.addClass(Observer.class))
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url());

    @Singleton
    public static class Observer {

        final BlockingQueue<SubscriptionRestored> events = new LinkedBlockingQueue<>();

        void onRestored(@ObservesAsync SubscriptionRestored event) {
            events.add(event);
        }
    }

    @ConfigProperty(name = "quarkus.redis.hosts")
    URI server;

    @Inject
    Observer observer;
    @Inject
    RedisDataSource redis;

    @Test
    void theApplicationHearsOfIt() throws InterruptedException {
        redis.pubsub(String.class).subscribe("news", message -> {
        });
        try (RespClient administrator = new RespClient(server.getPort())) {
            administrator.call("CLIENT", "KILL", "TYPE", "pubsub");
        }
        SubscriptionRestored event = observer.events.take();
        assertEquals("<default>", event.client());
        assertEquals("localhost:" + server.getPort(), event.node());
        assertEquals(1, event.subscriptions());
    }
}
