package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Response;

/** What {@code connect()} gives, on a real server. */
@ParameterizedClass
@EnumSource(value = RedisBinary.class, mode = EnumSource.Mode.EXCLUDE, names = "SYSTEM")
class ConnectionTest {

    @RegisterExtension
    final RealRedis real;

    ConnectionTest(RedisBinary binary) {
        real = new RealRedis(binary);
    }

    @Test
    void aConnectionThatOnlyReadsAndWritesHoldsNothing() throws Exception {
        MultiplexedRedis redis = real.client();
        List<RedisConnection> connections = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            RedisConnection connection = await(redis.connect());
            connections.add(connection);
            await(connection.send(request(Command.SET, "key" + i, i)));
            assertEquals(String.valueOf(i), awaitText(connection.send(request(Command.GET, "key" + i))));
        }
        assertEquals(0, redis.status().dedicatedConnections());
        assertTrue(real.connections() <= RealRedis.EVENT_LOOPS);
        for (RedisConnection connection : connections) {
            await(connection.close());
        }
    }

    @Test
    void anOpenTransactionShowsToNobodyElse() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = await(redis.connect());
        assertEquals("OK", awaitText(connection.send(request(Command.MULTI))));
        assertEquals("QUEUED", awaitText(connection.send(request(Command.SET, "key", "mine"))));
        assertNull(await(redis.send(request(Command.GET, "key"))));
        RedisConnection other = await(redis.connect());
        assertNull(await(other.send(request(Command.GET, "key"))));
        await(connection.close());
        for (int i = 0; i < 20; i++) {
            RedisConnection next = await(redis.connect());
            assertEquals("OK", awaitText(next.send(request(Command.MULTI))));
            assertEquals("QUEUED", awaitText(next.send(request(Command.PING))));
            assertEquals("[PONG]", awaitText(next.send(request(Command.EXEC))));
            await(next.close());
        }
    }

    @Test
    void theFirstStatefulCommandKeepsItsPlaceInTheOrder() throws Exception {
        MultiplexedRedis redis = real.client();
        for (int round = 0; round < 50; round++) {
            RedisConnection connection = await(redis.connect());
            String key = "key" + round;
            connection.send(request(Command.SET, key, 1));
            Future<Response> first = connection.send(request(Command.INCR, key));
            connection.send(request(Command.MULTI));
            connection.send(request(Command.INCR, key));
            Future<Response> executed = connection.send(request(Command.EXEC));
            Future<Response> last = connection.send(request(Command.GET, key));
            await(connection.close());
            assertEquals("2", awaitText(first));
            assertEquals("[3]", awaitText(executed));
            assertEquals("3", awaitText(last));
        }
    }

    @Test
    void aWatchedKeyThatChangesAbortsTheTransaction() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.WATCH, "key")));
        await(redis.send(request(Command.SET, "key", "changed")));
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.SET, "key", "mine")));
        assertNull(await(connection.send(request(Command.EXEC))));
        await(connection.close());
    }

    @Test
    void aSelectedDatabaseIsSeenByItsConnectionOnly() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.SELECT, 5)));
        await(connection.send(request(Command.SET, "key", "in 5")));
        assertNull(await(redis.send(request(Command.GET, "key"))));
        await(connection.close());
        RedisConnection next = await(redis.connect());
        await(next.send(request(Command.WATCH, "other")));
        assertNull(await(next.send(request(Command.GET, "key"))));
        await(next.close());
    }

    @Test
    void aCleanDedicatedConnectionIsLentAgain() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setTransactions(TransactionMode.IMMEDIATE));
        for (int i = 0; i < 20; i++) {
            RedisConnection connection = await(redis.connect());
            await(connection.send(request(Command.MULTI)));
            await(connection.send(request(Command.EXEC)));
            await(connection.close());
        }
        assertEquals(1, redis.status().dedicatedConnections());
        assertEquals(2, real.connections());
    }

    @Test
    void closingTwiceDoesNothingAndUseAfterClosingFails() throws Exception {
        RedisConnection connection = await(real.client().connect());
        await(connection.send(request(Command.MULTI)));
        await(connection.close());
        await(connection.close());
        assertTrue(awaitFailure(connection.send(request(Command.PING))).getMessage().contains("closed"));
    }

    @Test
    void subscribeAndPingOnOneConnectionBothAnswer() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = await(redis.connect());
        BlockingQueue<Response> messages = new LinkedBlockingQueue<>();
        connection.handler(messages::add);
        Future<Response> subscribed = connection.send(request(Command.SUBSCRIBE, "news"));
        Future<Response> pong = connection.send(request(Command.PING));
        assertEquals("PONG", awaitText(pong));
        await(subscribed);
        assertEquals("[subscribe, news, 1]", messages.poll(10, TimeUnit.SECONDS).toString());
        assertEquals("1", awaitText(redis.send(request(Command.PUBLISH, "news", "hello"))));
        assertEquals("[message, news, hello]", messages.poll(10, TimeUnit.SECONDS).toString());
        await(connection.send(request(Command.UNSUBSCRIBE, "news")));
        assertEquals("[unsubscribe, news, 0]", messages.poll(10, TimeUnit.SECONDS).toString());
        assertEquals("0", awaitText(redis.send(request(Command.PUBLISH, "news", "hello"))));
        await(connection.close());
    }

    @Test
    void monitorLinesGoToTheirOwnConnection() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = await(redis.connect());
        BlockingQueue<Response> lines = new LinkedBlockingQueue<>();
        connection.handler(lines::add);
        assertEquals("OK", awaitText(connection.send(request(Command.MONITOR))));
        await(redis.send(request(Command.SET, "seen", "by monitor")));
        assertTrue(lines.poll(10, TimeUnit.SECONDS).toString().contains("\"seen\""));
        await(connection.close());
    }

    @Test
    void aDedicatedConnectionThatIsLostFailsItsTransactionAndNobodyElse() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = await(redis.connect());
        String id = awaitText(connection.send(request(Command.CLIENT, "ID")));
        await(connection.send(request(Command.MULTI)));
        await(redis.send(request(Command.CLIENT, "KILL", "ID", id)));
        Throwable failure = awaitFailure(connection.send(request(Command.EXEC)));
        assertTrue(failure instanceof ConnectionLostException, failure.toString());
        assertNotEquals("", failure.getMessage());
        assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
        await(connection.close());
    }
}
