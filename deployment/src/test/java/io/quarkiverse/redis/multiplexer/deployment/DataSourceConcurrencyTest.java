package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

/** The data sources refuse no load that the stock client would: not from event loops, not from threads of either kind. */
class DataSourceConcurrencyTest {

    private static final int COMMANDS = 10_000;

    private static final RedisServer SERVER = RedisServer.prepare();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .withEmptyApplication()
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url());

    @ConfigProperty(name = "quarkus.redis.hosts")
    URI server;

    @Inject
    RedisDataSource blocking;
    @Inject
    ReactiveRedisDataSource reactive;
    @Inject
    Vertx vertx;

    @BeforeEach
    void store() {
        blocking.value(String.class).set("key", "value");
    }

    @Test
    void tenThousandReactiveGetsFromOneEventLoop() {
        CompletableFuture<List<String>> replies = new CompletableFuture<>();
        ((VertxInternal) vertx).createEventLoopContext().runOnContext(start -> tenThousandGets().subscribe()
                .with(replies::complete, replies::completeExceptionally));
        assertAll(replies.orTimeout(30, TimeUnit.SECONDS).join());
        assertFewConnections();
    }

    @Test
    void tenThousandReactiveGetsFromAPlainThread() {
        assertAll(tenThousandGets().await().atMost(Duration.ofSeconds(30)));
    }

    @Test
    void sixtyFourBlockingThreads() throws Exception {
        assertEquals(64 * 100, blockingGets(Executors.newFixedThreadPool(64), 64, 100));
        assertFewConnections();
    }

    @Test
    void oneThousandVirtualThreads() throws Exception {
        assumeTrue(Arrays.stream(Executors.class.getMethods())
                .anyMatch(method -> method.getName().equals("newVirtualThreadPerTaskExecutor")),
                "virtual threads come with Java 21");
        ExecutorService executor = (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        assertEquals(1000 * 10, blockingGets(executor, 1000, 10));
        assertFewConnections();
    }

    private Uni<List<String>> tenThousandGets() {
        List<Uni<String>> gets = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            gets.add(reactive.value(String.class).get("key"));
        }
        return Uni.join().all(gets).andFailFast();
    }

    private int blockingGets(ExecutorService executor, int threads, int getsEach) throws Exception {
        Callable<Integer> caller = () -> {
            int answered = 0;
            for (int i = 0; i < getsEach; i++) {
                answered += "value".equals(blocking.value(String.class).get("key")) ? 1 : 0;
            }
            return answered;
        };
        try {
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(executor.submit(caller));
            }
            int answered = 0;
            for (Future<Integer> result : results) {
                answered += result.get(60, TimeUnit.SECONDS);
            }
            return answered;
        } finally {
            executor.shutdownNow();
        }
    }

    private static void assertAll(List<String> values) {
        assertEquals(COMMANDS, values.stream().filter("value"::equals).count());
    }

    private void assertFewConnections() {
        try (RespClient observer = new RespClient(server.getPort())) {
            int loops = Runtime.getRuntime().availableProcessors() * 2;
            assertTrue(observer.connections().size() <= loops + 1, observer.connections().toString());
        }
    }
}
