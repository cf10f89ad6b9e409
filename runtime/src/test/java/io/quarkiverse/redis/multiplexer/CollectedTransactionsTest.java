package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Transactions without a connection, on real servers: what callers see, and what the server sees. */
@ParameterizedClass
@EnumSource(value = RedisBinary.class, mode = EnumSource.Mode.EXCLUDE, names = "SYSTEM")
class CollectedTransactionsTest {

    @RegisterExtension
    final RealRedis real;

    CollectedTransactionsTest(RedisBinary binary) {
        real = new RealRedis(binary);
    }

    /** Many at once, all on the same lanes, and somebody who looks at the three counters meanwhile. */
    @Test
    void transactionsOfManyCallersAreAtomicAndIsolatedAndNeedNoConnection() throws Exception {
        MultiplexedRedis redis = real.client();
        AtomicBoolean ended = new AtomicBoolean();
        Future<Integer> looking = Future.future(promise -> look(redis, ended, new AtomicInteger(), promise));
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            callers.add(incrementTimes(redis, 40));
        }
        await(Future.all(callers));
        ended.set(true);

        assertTrue(await(looking) > 0);
        assertEquals("[2000, 2000, 2000]", awaitText(redis.send(request(Command.MGET, "a", "b", "c"))));
        assertEquals(0, redis.status().dedicatedConnections());
        assertTrue(real.connections() <= RealRedis.EVENT_LOOPS);
    }

    private static Future<?> incrementTimes(MultiplexedRedis redis, int times) {
        return times == 0 ? Future.succeededFuture() : redis.connect().compose(connection -> {
            Future<Response> executed = connection.send(request(Command.MULTI))
                    .compose(ok -> connection.send(request(Command.INCR, "a")))
                    .compose(queued -> connection.send(request(Command.INCR, "b")))
                    .compose(queued -> connection.send(request(Command.INCR, "c")))
                    .compose(queued -> connection.send(request(Command.EXEC)));
            return executed.compose(replies -> {
                for (int i = 0; i < 3; i++) {
                    if (!replies.get(i).toLong().equals(replies.get(0).toLong())) {
                        return Future.failedFuture("another one came between: " + replies);
                    }
                }
                return connection.close();
            });
        }).compose(closed -> incrementTimes(redis, times - 1));
    }

    private static void look(MultiplexedRedis redis, AtomicBoolean ended, AtomicInteger looks,
            Promise<Integer> promise) {
        redis.send(request(Command.MGET, "a", "b", "c")).onComplete(seen -> {
            if (seen.failed()) {
                promise.fail(seen.cause());
                return;
            }
            String first = String.valueOf(seen.result().get(0));
            if (!first.equals(String.valueOf(seen.result().get(1))) || !first.equals(String.valueOf(seen.result().get(2)))) {
                promise.fail("half of a transaction: " + seen.result());
            } else if (ended.get()) {
                promise.complete(looks.get());
            } else {
                looks.incrementAndGet();
                look(redis, ended, looks, promise);
            }
        });
    }

    @Test
    void whatIsSentBeforeAndAfterKeepsItsPlace() throws Exception {
        MultiplexedRedis redis = real.client();
        learn(redis);
        for (int round = 0; round < 50; round++) {
            RedisConnection connection = await(redis.connect());
            String key = "key" + round;
            List<Future<Response>> replies = List.of(
                    connection.send(request(Command.SET, key, 1)),
                    connection.send(request(Command.MULTI)),
                    connection.send(request(Command.INCR, key)),
                    connection.send(request(Command.EXEC)),
                    connection.send(request(Command.INCR, key)),
                    connection.send(request(Command.MULTI)),
                    connection.send(request(Command.GET, key)),
                    connection.send(request(Command.EXEC)),
                    connection.send(request(Command.GET, key)));
            await(Future.all(replies));
            assertEquals(List.of("OK", "OK", "QUEUED", "[2]", "3", "OK", "QUEUED", "[3]", "3"),
                    replies.stream().map(reply -> reply.result().toString()).toList());
            await(connection.close());
        }
        assertEquals(0, redis.status().dedicatedConnections());
    }

    @Test
    void anErrorWhenItIsExecutedIsAReplyOfItsCommand() throws Exception {
        RedisConnection connection = await(real.client().connect());
        await(connection.send(request(Command.SET, "text", "x")));
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.INCR, "text")));
        await(connection.send(request(Command.INCR, "number")));
        Response replies = await(connection.send(request(Command.EXEC)));
        assertTrue(replies.get(0).toString().startsWith("ERR value is not an integer"), replies.toString());
        assertEquals("1", replies.get(1).toString());
        await(connection.close());
    }

    @Test
    void whatTheServerDoesNotQueueIsToldByExecAndNothingIsExecuted() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.SET, "key", 1)));
        await(connection.send(request(Command.create("FOO"), "bar")));
        await(connection.send(request(Command.create("SET"), "key", 1, "NONSENSE")));
        await(connection.send(request(Command.create("OBJECT"), "NONSENSE")));
        String message = awaitFailure(connection.send(request(Command.EXEC))).getMessage();
        assertTrue(
                message.startsWith("EXECABORT Transaction discarded because of previous errors: [1] FOO: ERR unknown command"),
                message);
        assertNull(await(redis.send(request(Command.GET, "key"))));
        await(connection.send(request(Command.MULTI)));
        assertEquals("[]", execute(connection), "The next one is as good as new");
        await(connection.close());
    }

    @Test
    void whatIsWrongAroundItIsTheServersToTell() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = await(redis.connect());
        assertEquals("ERR EXEC without MULTI", awaitFailure(connection.send(request(Command.EXEC))).getMessage());
        assertEquals("ERR DISCARD without MULTI", awaitFailure(connection.send(request(Command.DISCARD))).getMessage());
        await(connection.close());
        connection = await(redis.connect());
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.INCR, "n")));
        assertTrue(awaitFailure(connection.send(request(Command.MULTI))).getMessage().startsWith("ERR"));
        assertTrue(awaitFailure(connection.send(request(Command.WATCH, "key"))).getMessage().startsWith("ERR"));
        assertEquals("OK", awaitText(connection.send(request(Command.DISCARD))));
        assertNull(await(redis.send(request(Command.GET, "n"))));
        await(connection.close());
    }

    @Test
    void whatChangesOrBlocksIsQueuedByTheServer() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.SET, "key", "in 0")));
        assertEquals("QUEUED", awaitText(connection.send(request(Command.BLPOP, "none", 10))));
        assertEquals("QUEUED", awaitText(connection.send(request(Command.SELECT, 5))));
        assertEquals("QUEUED", awaitText(connection.send(request(Command.SET, "key", "in 5"))));
        assertEquals("[OK, null, OK, OK]", execute(connection));
        assertEquals("in 5", awaitText(connection.send(request(Command.GET, "key"))));
        assertEquals("in 0", awaitText(redis.send(request(Command.GET, "key"))));

        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.SET, "key", "5 again")));
        assertEquals("[OK]", execute(connection));
        assertEquals("in 0", awaitText(redis.send(request(Command.GET, "key"))), "It was in the selected database");
        await(connection.send(request(Command.MULTI)));
        assertTrue(awaitText(connection.send(request(Command.RESET))).equals("RESET"));
        await(connection.close());
    }

    @Test
    void watchedKeysThatChangeUndoIt() throws Exception {
        MultiplexedRedis redis = real.client();
        learn(redis);
        RedisConnection connection = await(redis.connect());
        for (int round = 0; round < 10; round++) {
            await(connection.send(request(Command.WATCH, "key")));
            await(connection.send(request(Command.GET, "key")));
            if (round % 2 == 1) {
                await(redis.send(request(Command.SET, "key", "mine")));
            }
            await(connection.send(request(Command.MULTI)));
            await(connection.send(request(Command.SET, "key", "mine")));
            assertEquals(round % 2 == 1 ? "null" : "[OK]", execute(connection), "round " + round);
        }
        await(connection.close());
        awaitUntil(() -> redis.status().dedicatedConnections() == 1);
    }

    @Test
    void aDiscardedOrBrokenOneWatchesNothingAnyMore() throws Exception {
        MultiplexedRedis redis = real.client();
        learn(redis);
        for (String end : List.of("DISCARD", "broken")) {
            RedisConnection connection = await(redis.connect());
            await(connection.send(request(Command.WATCH, "key")));
            await(connection.send(request(Command.MULTI)));
            await(connection.send(request(Command.SET, "key", "mine")));
            if (end.equals("DISCARD")) {
                assertEquals("OK", awaitText(connection.send(request(Command.DISCARD))));
            } else {
                awaitFailure(connection.send(request(Command.SET, "key")));
                assertTrue(awaitFailure(connection.send(request(Command.EXEC))).getMessage().startsWith("EXECABORT"));
            }
            await(redis.send(request(Command.SET, "key", "other")));
            await(connection.send(request(Command.MULTI)));
            await(connection.send(request(Command.GET, "key")));
            assertEquals("[other]", execute(connection), end);
            await(connection.close());
        }
    }

    /** A server that let the commands of those be executed one by one would be asked for that by nobody. */
    @Test
    void whoMayNotHaveTransactionsHearsItFromMultiAndExecutesNothing() throws Exception {
        try (RespClient administrator = real.server().client()) {
            administrator.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all", "-multi");
            MultiplexedRedis redis = real.client(
                    new RedisOptions().setConnectionString("redis://app:pw@localhost:" + real.server().port()),
                    new MultiplexerOptions());
            RedisConnection connection = await(redis.connect());
            assertTrue(awaitFailure(connection.send(request(Command.MULTI))).getMessage().startsWith("NOPERM"));
            assertEquals("ERR EXEC without MULTI", awaitFailure(connection.send(request(Command.EXEC))).getMessage());
            assertNull(await(redis.send(request(Command.GET, "key"))));
            await(connection.close());
        }
    }

    @Test
    void whoLosesTheRightIsToldOnceAndThenByMulti() throws Exception {
        try (RespClient administrator = real.server().client()) {
            administrator.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all");
            MultiplexedRedis redis = real.client(
                    new RedisOptions().setConnectionString("redis://app:pw@localhost:" + real.server().port()),
                    new MultiplexerOptions());
            learn(redis);
            administrator.call("ACL", "SETUSER", "app", "-multi");
            RedisConnection connection = await(redis.connect());
            await(connection.send(request(Command.MULTI)));
            String message = awaitFailure(connection.send(request(Command.EXEC))).getMessage();
            assertTrue(message.startsWith("NOPERM") && message.contains("MULTI was refused"), message);
            assertTrue(awaitFailure(connection.send(request(Command.MULTI))).getMessage().startsWith("NOPERM"));
            await(connection.close());
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsExecsTroubleWhichTellsThatItWasSent() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(700)));
        learn(redis);
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.MULTI)));
        real.server().freeze();
        assertEquals("QUEUED", awaitText(connection.send(request(Command.SET, "key", 1))));
        CommandFailure failure = assertInstanceOf(CommandTimeoutException.class,
                awaitFailure(connection.send(request(Command.EXEC))));
        real.server().thaw();
        assertTrue(failure.sent());
        await(connection.close());
    }

    @Test
    void aStoppedClientExecutesNothing() throws Exception {
        MultiplexedRedis redis = real.client();
        learn(redis);
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.SET, "key", 1)));
        redis.close();
        awaitUntil(() -> real.connections() == 0);
        CommandFailure failure = assertInstanceOf(ConnectionLostException.class,
                awaitFailure(connection.send(request(Command.EXEC))));
        assertFalse(failure.sent());
        assertNull(await(real.client().send(request(Command.GET, "key"))));
    }

    /** Every caller's first transaction tells the client that it may collect them. */
    private static void learn(MultiplexedRedis redis) throws Exception {
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.DISCARD)));
        await(connection.close());
    }

    private static String execute(RedisConnection connection) throws Exception {
        return String.valueOf(await(connection.send(request(Command.EXEC))));
    }
}
