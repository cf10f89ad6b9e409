package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Response;

/** How much may wait in and for connections of one's own. */
class ConnectionBoundsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    final RealRedis real = new RealRedis();

    @Test
    void aConnectionTakesNoMoreCommandsThanMayBePending() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setMaxPending(100).setCommandTimeout(PATIENCE));
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.WATCH, "key")));
        real.server().freeze();
        assertTakes(100, connection, 10_000);
        real.server().thaw();
        assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
        await(connection.close());
    }

    /** While it waits for a connection that is not to be had. */
    @Test
    void aConnectionThatIsBeingPromotedTakesNoMoreEither() throws Exception {
        MultiplexedRedis redis = real.client(
                new MultiplexerOptions().setMaxPending(100).setMaxDedicatedConnections(1).setCommandTimeout(PATIENCE));
        RedisConnection other = await(redis.connect());
        await(other.send(request(Command.WATCH, "key")));
        RedisConnection connection = await(redis.connect());
        assertTakes(100, connection, 1_000);
        await(other.close());
        await(connection.close());
    }

    /** How many are in flight counts, too: what has missed its deadline behind an endless command is still there. */
    @Test
    void whatTimedOutBehindAnEndlessCommandTakesItsPlaceUntilItIsAnswered() throws Exception {
        MultiplexedRedis redis = real.client(
                new MultiplexerOptions().setMaxPending(10).setCommandTimeout(Duration.ofMillis(200)));
        RealRedis.warmUp(redis);
        RedisConnection connection = await(redis.connect());
        Future<Response> popped = connection.send(request(Command.BLPOP, "queue", 0));
        for (int i = 0; i < 9; i++) {
            Future<Response> behind = connection.send(request(Command.GET, "key"));
            if (i == 8) {
                assertInstanceOf(CommandTimeoutException.class, awaitFailure(behind));
            }
        }
        assertInstanceOf(BacklogFullException.class, awaitFailure(connection.send(request(Command.GET, "key"))));
        await(redis.send(request(Command.RPUSH, "queue", "job")));
        await(popped);
        awaitUntil(() -> !(awaitFailureOrNull(connection.send(request(Command.PING))) instanceof BacklogFullException));
        await(connection.close());
    }

    @Test
    void theBytesOfAllConnectionsAreCountedTogether() throws Exception {
        MultiplexedRedis redis = real.client(
                new MultiplexerOptions().setMaxPendingBytes(1_000_000).setCommandTimeout(PATIENCE));
        List<RedisConnection> connections = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            connections.add(await(redis.connect()));
            await(connections.get(i).send(request(Command.WATCH, "key")));
        }
        real.server().freeze();
        String value = "x".repeat(100_000);
        List<Future<Response>> sets = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sets.add(connections.get(i % 5).send(request(Command.SET, "key" + i, value)));
        }
        Future<Response> blocking = redis.send(request(Command.BLMOVE, value, "b", "LEFT", "RIGHT", 1));
        assertInstanceOf(BacklogFullException.class, awaitFailure(blocking));
        awaitUntil(() -> sets.stream().filter(Future::failed).count() == 41);
        real.server().thaw();
        for (Future<Response> set : sets) {
            if (!set.failed()) {
                await(set);
            }
        }
        // All of it has been given back.
        await(Future.all(connections.stream().map(connection -> connection.send(request(Command.SET, "k", value))).toList()));
        for (RedisConnection connection : connections) {
            await(connection.close());
        }
    }

    @Test
    void onlySoManyCallersWaitForAConnectionOfTheirOwn() throws Exception {
        MultiplexedRedis redis = real.client(
                new MultiplexerOptions().setMaxPending(5).setMaxDedicatedConnections(1).setCommandTimeout(PATIENCE));
        AtomicInteger refused = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            redis.send(request(Command.BLPOP, "queue", 30)).onFailure(failure -> refused.incrementAndGet());
        }
        // One or none of them has the connection by now.
        awaitUntil(() -> refused.get() == 14 || refused.get() == 15);
    }

    private static void assertTakes(int limit, RedisConnection connection, int count) throws Exception {
        AtomicInteger refused = new AtomicInteger();
        List<Throwable> refusals = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Future<Response> set = connection
                    .send(i == 0 ? request(Command.WATCH, "key") : request(Command.SET, "key", "value"));
            if (set.failed()) {
                refusals.add(set.cause());
                refused.incrementAndGet();
            }
        }
        assertEquals(count - limit, refused.get());
        assertInstanceOf(BacklogFullException.class, refusals.get(0));
        assertTrue(refusals.get(0).getMessage().contains("quarkus.redis-multiplexer.max-pending)"),
                refusals.get(0).getMessage());
    }

    private static Throwable awaitFailureOrNull(Future<?> future) throws Exception {
        try {
            await(future);
            return null;
        } catch (java.util.concurrent.ExecutionException e) {
            return e.getCause();
        }
    }
}
