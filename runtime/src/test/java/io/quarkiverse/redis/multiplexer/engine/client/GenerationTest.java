package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;

/** Each {@link Generation} before it is used and after it has ended: without a server. */
class GenerationTest {

    private static final Request PING = Request.cmd(Command.PING);

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void theMultiplexedOneTellsWhatIsConfiguredBeforeItIsUsed() {
        Generation generation = multiplexed();

        assertEquals("test", generation.status().name());
        assertTrue(generation.status().running());
        assertEquals(1, generation.status().nodes().size());
    }

    @Test
    void theMultiplexedOneCanEndUnused() throws Exception {
        Generation generation = multiplexed();
        assertSame(generation.end(), generation.end());
        await(generation.end());

        assertFalse(generation.status().running());
    }

    @Test
    void afterItsEndTheMultiplexedOneFailsEverythingAsNotSent() throws Exception {
        Generation generation = multiplexed();
        await(generation.end());

        assertFails(generation);
        await(generation.end());
    }

    @Test
    void theMultiplexedOneEndsWithVertx() throws Exception {
        Generation generation = multiplexed();
        // A failed attempt to connect, or the wait for one, is use enough.
        generation.send(PING);
        await(vertx.close());

        assertFalse(generation.status().running());
        assertFails(generation);
    }

    @Test
    void theStoppedOneFailsEverythingAsNotSent() throws Exception {
        Generation generation = new StoppedGeneration("test");

        assertFails(generation);
        assertFalse(generation.status().running());
        assertEquals(List.of(), generation.status().nodes());
        await(generation.end());
    }

    @Test
    void thoseOfOtherTypesThanOneServerSayWhatIsSpecial() {
        assertEquals("", new MultiplexedGeneration(vertx, settings(RedisClientType.STANDALONE)).note());
        assertEquals("", new MultiplexedGeneration(vertx, settings(RedisClientType.SENTINEL)).note());
        assertTrue(new MultiplexedGeneration(vertx, settings(RedisClientType.CLUSTER)).note().contains("RedisCluster"));
    }

    private static void assertFails(Generation generation) throws Exception {
        assertNotSent(awaitFailure(generation.send(PING)));
        assertNotSent(awaitFailure(generation.batch(List.of(PING))));
        assertNotSent(awaitFailure(generation.connect()));
    }

    private static void assertNotSent(Throwable failure) {
        assertFalse(assertInstanceOf(CommandFailure.class, failure).sent());
    }

    private MultiplexedGeneration multiplexed() {
        MultiplexedGeneration generation = new MultiplexedGeneration(vertx, settings(RedisClientType.STANDALONE));
        generation.start();
        return generation;
    }

    private static ClientSettings settings(RedisClientType type) {
        // Nobody listens there.
        return ClientSettings.of("test", new RedisOptions().setType(type).setConnectionString("redis://localhost:1"),
                new MultiplexerOptions());
    }
}
