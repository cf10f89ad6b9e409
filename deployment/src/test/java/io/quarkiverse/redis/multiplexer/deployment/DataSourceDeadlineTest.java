package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;

/**
 * {@link RedisDataSource} gives up after {@code quarkus.redis.timeout}, with an exception that says nothing. With the default
 * configuration the client is earlier, and so its callers get to see what happened, and whether the command was sent: whatever
 * they call, and whether the server does not answer any more, never has, or is not there.
 */
class DataSourceDeadlineTest {

    private static final RedisServer SERVER = RedisServer.prepare();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .withEmptyApplication()
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis.cold.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis.hasty.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis.hasty.timeout", "3s")
            .overrideRuntimeConfigKey("quarkus.redis.absent.hosts", "redis://localhost:" + RedisServer.freePort());

    @ConfigProperty(name = "quarkus.redis.hosts")
    URI server;

    @Inject
    RedisDataSource warm;
    @RedisClientName("cold")
    RedisDataSource cold;
    @RedisClientName("hasty")
    RedisDataSource hasty;
    @RedisClientName("absent")
    RedisDataSource absent;

    private final CountDownLatch frozen = new CountDownLatch(1);
    private final List<CountDownLatch> preparations = new ArrayList<>();
    private final Map<String, CompletableFuture<Void>> calls = new LinkedHashMap<>();

    @Test
    void callersGetToSeeWhatHappenedAndNotOnlyThatTheyHaveWaited() throws Exception {
        everyCall("warm", warm, () -> warm.value(String.class).get("key"));
        everyCall("dedicated", warm, () -> warm.list(String.class).blpop(Duration.ofMillis(100), "none"));
        everyCall("cold", cold, () -> {
        });
        everyCall("hasty", hasty, () -> {
        });
        everyCall("absent", absent, () -> {
        });
        call("in a transaction", prepared -> warm.withTransaction(transaction -> {
            transaction.value(String.class).set("key", "value");
            prepared.run();
            transaction.value(String.class).set("key", "other");
        }));
        call("at the end of a transaction", prepared -> warm.withTransaction(transaction -> {
            transaction.value(String.class).set("key", "value");
            prepared.run();
        }));
        for (CountDownLatch preparation : preparations) {
            preparation.await();
        }
        freeze();
        frozen.countDown();

        assertAll(calls.keySet().stream().map(name -> () -> assertNotNull(failure(name))));
        for (String name : List.of("warm: read", "warm: write", "warm: connection", "in a transaction",
                "at the end of a transaction")) {
            assertTrue(failure(name).sent(), name);
        }
        for (String name : List.of("cold: read", "cold: write", "cold: block", "absent: write", "absent: connection",
                "absent: transaction")) {
            assertFalse(failure(name).sent(), name);
        }
    }

    private void everyCall(String state, RedisDataSource redis, Runnable preparation) {
        Map<String, Runnable> each = Map.of(
                "read", () -> redis.value(String.class).get("key"),
                "write", () -> redis.value(String.class).set("key", "value"),
                "command", () -> redis.execute("CONFIG", "GET", "maxmemory"),
                "block", () -> redis.list(String.class).blpop(Duration.ofSeconds(1), "none"),
                "connection", () -> redis.withConnection(own -> own.value(String.class).get("key")),
                "blocking connection",
                () -> redis.withConnection(own -> own.list(String.class).blpop(Duration.ofSeconds(1), "none")),
                "select", () -> redis.withConnection(own -> own.select(1)),
                "transaction", () -> redis.withTransaction(own -> own.value(String.class).set("key", "value")),
                "guarded transaction", () -> redis.withTransaction(own -> own.value(String.class).get("key"),
                        (read, transaction) -> transaction.value(String.class).set("key", read), "key"),
                "subscription", () -> redis.pubsub(String.class).subscribe("channel", message -> {
                }));
        each.forEach((name, call) -> call(state + ": " + name, prepared -> {
            preparation.run();
            prepared.run();
            call.run();
        }));
    }

    /** @param call on a thread of its own; runs what it is given to wait until the server is frozen */
    private void call(String name, Consumer<Runnable> call) {
        CountDownLatch preparation = new CountDownLatch(1);
        preparations.add(preparation);
        calls.put(name, CompletableFuture.runAsync(() -> call.accept(() -> {
            preparation.countDown();
            awaitFrozen();
        }), task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.start();
        }));
    }

    private void awaitFrozen() {
        try {
            frozen.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private CommandFailure failure(String name) {
        Throwable thrown = calls.get(name).handle((done, failure) -> failure).orTimeout(60, TimeUnit.SECONDS).join();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandFailure failure) {
                return failure;
            }
        }
        throw new AssertionError(name + " ended with " + thrown, thrown);
    }

    private void freeze() throws Exception {
        try (RespClient administrator = new RespClient(server.getPort())) {
            String process = ((String) administrator.call("INFO", "server")).lines()
                    .filter(line -> line.startsWith("process_id:")).findFirst().orElseThrow().substring("process_id:".length());
            assertEquals(0, new ProcessBuilder("kill", "-STOP", process).start().waitFor());
        }
    }
}
