package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.SubscriptionRestored;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;
import io.vertx.core.Context;

/** What happens to connections, as the application sees it. */
class SubscriptionRestoredEventTest {

    private static final RedisServer SERVER = RedisServer.prepare();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .withApplicationRoot(jar -> jar.addClass(Witness.class))
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis.news.hosts", SERVER.url());

    @Singleton
    public static class Witness {

        final BlockingQueue<SubscriptionRestored> events = new LinkedBlockingQueue<>();
        volatile boolean onEventLoop;

        void onRestored(@ObservesAsync SubscriptionRestored event) {
            onEventLoop = Context.isOnEventLoopThread();
            events.add(event);
        }
    }

    @ConfigProperty(name = "quarkus.redis.hosts")
    URI server;

    @Inject
    RedisDataSource redis;

    @Inject
    @RedisClientName("news")
    RedisDataSource news;

    @Inject
    Witness witness;

    @Test
    void anEventTellsThatMessagesMayHaveBeenMissed() throws Exception {
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        news.pubsub(String.class).subscribe("channel", messages::add);
        try (RespClient administrator = new RespClient(server.getPort())) {
            administrator.call("CLIENT", "KILL", "TYPE", "pubsub");
        }
        SubscriptionRestored event = witness.events.poll(10, TimeUnit.SECONDS);
        assertNotNull(event);
        assertEquals("news", event.client());
        assertEquals(1, event.subscriptions());
        assertFalse(witness.onEventLoop);
        redis.pubsub(String.class).publish("channel", "after");
        assertEquals("after", messages.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void keepAliveIsOnByDefault() throws Exception {
        // Java's sockets are of IPv6, also where their addresses are not.
        Path sockets = Path.of("/proc/self/net/tcp6");
        assumeTrue(Files.isReadable(sockets), "only Linux tells");
        redis.value(String.class).set("key", "value");
        // The remote address of ours; the timer that runs on an idle socket with keep-alive is number 2.
        String remote = String.format(":%04X 01 ", server.getPort());
        List<String> lines = Files.readAllLines(sockets);
        assertTrue(lines.stream().anyMatch(line -> line.contains(remote) && line.contains(" 02:")), lines::toString);
    }
}
