package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.credentials.CredentialsProvider;
import io.quarkus.test.QuarkusUnitTest;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** A provider that never answers costs its client only, and neither it nor its thread outlives the application. */
class BlockedCredentialsTest {

    private static final String ASKED = "BlockedCredentialsTest.asked";

    private static final RedisServer SERVER = RedisServer.prepare("--requirepass", "secret");

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(() -> {
                SERVER.close();
                assertNothingIsLeft();
            })
            .withApplicationRoot(jar -> jar.addClass(Abyss.class))
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.command-timeout", "300ms")
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.credentials-provider", "redis");

    @ApplicationScoped
    public static class Abyss implements CredentialsProvider {

        @Override
        public Map<String, String> getCredentials(String name) {
            System.getProperties().put(ASKED, Thread.currentThread());
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Map.of();
        }
    }

    @Inject
    MultiplexedRedis redis;

    @Test
    void commandsFailWhenTheirTimeIsUp() {
        CompletionException failure = assertThrows(CompletionException.class, () -> redis.send(Request.cmd(Command.PING))
                .toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join());
        assertEquals(CommandTimeoutException.class, failure.getCause().getClass());
        assertEquals("redis-credentials", ((Thread) System.getProperties().get(ASKED)).getName());
    }

    private static void assertNothingIsLeft() {
        Thread asked = (Thread) System.getProperties().remove(ASKED);
        try {
            asked.join(20_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertFalse(asked.isAlive(), asked::toString);
        assertTrue(asked.isDaemon());
    }
}
