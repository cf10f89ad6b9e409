package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClusterTransactions;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** What {@code connect()} gives on a real cluster: each command finds its node, and a transaction that of its keys. */
class ClusterConnectionTest {

    /** On all three nodes. */
    private static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "f", "g");

    @RegisterExtension
    final RealCluster real = new RealCluster(0);

    @ParameterizedTest
    @EnumSource
    void aTransactionGoesToTheNodeOfItsKeysAndWhatComesAfterItToItsOwn(TransactionMode mode) throws Exception {
        MultiplexedRedis redis = real.client(
                new RedisOptions().setClusterTransactions(RedisClusterTransactions.SINGLE_NODE),
                new MultiplexerOptions().setTransactions(mode));
        RedisConnection connection = await(redis.connect());
        for (String key : KEYS) {
            await(connection.send(request(Command.MULTI)));
            assertEquals("QUEUED", awaitText(connection.send(request(Command.INCR, key))));
            assertEquals("QUEUED", awaitText(connection.send(request(Command.INCR, key))));
            assertEquals("[1, 2]", await(connection.send(request(Command.EXEC))).toString());
            for (String other : KEYS) {
                await(connection.send(request(Command.GET, other)));
            }
        }
        assertEquals("[2, 2, 2, 2, 2, 2, 2]", await(connection.send(request(Command.MGET, KEYS.toArray()))).toString());
        await(connection.close());
    }

    @Test
    void keysInTwoSlotsFailTheTransactionBeforeAnythingIsSent() throws Exception {
        MultiplexedRedis redis = real.client(RedisClusterTransactions.SINGLE_NODE);
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.SET, "a", 1)));
        await(connection.send(request(Command.SET, "b", 1)));
        String message = awaitFailure(connection.send(request(Command.EXEC))).getMessage();
        assertTrue(message.startsWith("CROSSSLOT") && message.contains("'a' (slot ") && message.contains("'b' (slot "),
                message);
        assertEquals("[null, null]", await(connection.send(request(Command.MGET, "a", "b"))).toString());
        assertEquals(0, redis.status().dedicatedConnections());
        await(connection.close());
    }

    /** Each is executed as a whole on the node that has its slot then, and none twice, or not at all. */
    @Test
    void transactionsFollowSlotsThatMove() throws Exception {
        MultiplexedRedis redis = real.client(RedisClusterTransactions.SINGLE_NODE);
        int slot = real.servers().slot("{moving}");
        List<Future<?>> callers = new ArrayList<>();
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger executed = new AtomicInteger();
        for (int i = 0; i < 8; i++) {
            callers.add(Future.future(promise -> increment(redis, ended, executed, promise)));
        }
        for (int round = 0; round < 4; round++) {
            int from = real.servers().owner(slot);
            real.servers().moveSlot(slot, (from + 1) % RealCluster.PRIMARIES);
            int before = executed.get();
            awaitUntil(() -> executed.get() > before + 50);
        }
        ended.set(true);
        await(Future.all(callers));

        assertEquals("[" + executed.get() + ", " + executed.get() + "]",
                await(redis.send(request(Command.MGET, "{moving}a", "{moving}b"))).toString());
        assertEquals(0, redis.status().dedicatedConnections());
    }

    private static void increment(MultiplexedRedis redis, AtomicBoolean ended, AtomicInteger executed, Promise<Object> end) {
        redis.connect().compose(connection -> connection.send(request(Command.MULTI))
                .compose(ok -> connection.send(request(Command.INCR, "{moving}a")))
                .compose(queued -> connection.send(request(Command.INCR, "{moving}b")))
                .compose(queued -> connection.send(request(Command.EXEC)))
                .eventually(() -> connection.close()))
                .onFailure(end::tryFail)
                .onSuccess(replies -> {
                    executed.incrementAndGet();
                    if (!replies.get(0).toString().equals(replies.get(1).toString())) {
                        end.tryFail("another one came between: " + replies);
                    } else if (ended.get()) {
                        end.tryComplete();
                    } else {
                        increment(redis, ended, executed, end);
                    }
                });
    }

    @Test
    void watchedKeysThatChangeUndoTheTransactionWhereverTheyAre() throws Exception {
        MultiplexedRedis redis = real.client(RedisClusterTransactions.SINGLE_NODE);
        RedisConnection connection = await(redis.connect());
        for (String key : KEYS) {
            await(connection.send(request(Command.WATCH, key)));
            await(redis.send(request(Command.SET, key, "other")));
            await(connection.send(request(Command.MULTI)));
            await(connection.send(request(Command.SET, key, "mine")));
            assertNull(await(connection.send(request(Command.EXEC))));
            assertEquals("other", awaitText(connection.send(request(Command.GET, key))));

            await(connection.send(request(Command.WATCH, key)));
            await(connection.send(request(Command.MULTI)));
            await(connection.send(request(Command.SET, key, "mine")));
            assertEquals("[OK]", await(connection.send(request(Command.EXEC))).toString());
        }
        await(connection.close());
    }

    /**
     * If it is sent at once. Nothing else of the client would tell it, but for what it asks about the cluster after a refusal:
     * it may hear of the next move then.
     */
    @Test
    void aTransactionWhoseSlotHasMovedIsRefusedOnce() throws Exception {
        MultiplexedRedis redis = real.client(
                new RedisOptions().setClusterTransactions(RedisClusterTransactions.SINGLE_NODE),
                new MultiplexerOptions().setTransactions(TransactionMode.IMMEDIATE));
        int slot = real.servers().slot("a");
        assertEquals("OK, QUEUED, [1]", transaction(redis));
        int refusals = 0;
        for (int move = 1; move <= 5; move++) {
            real.servers().moveSlot(slot, (real.servers().owner(slot) + 1) % RealCluster.PRIMARIES);
            real.servers().awaitStable();
            String answers = transaction(redis);
            if (!answers.startsWith("OK, QUEUED, ")) {
                refusals++;
                assertTrue(answers.startsWith("OK, MOVED " + slot + " ") && answers.contains(", EXECABORT "), answers);
                answers = transaction(redis);
            }
            assertEquals("OK, QUEUED, [" + (move + 1) + "]", answers);
        }
        assertTrue(refusals > 0);
    }

    @Test
    void aWatchFollowsItsSlotThatHasMoved() throws Exception {
        MultiplexedRedis redis = real.client(RedisClusterTransactions.SINGLE_NODE);
        int slot = real.servers().slot("a");
        List<Request> requests = List.of(request(Command.WATCH, "a"), request(Command.GET, "a"), request(Command.MULTI),
                request(Command.INCR, "a"), request(Command.EXEC));
        assertEquals("OK, null, OK, QUEUED, [1]", answers(redis, requests));
        for (int move = 1; move <= 3; move++) {
            real.servers().moveSlot(slot, (real.servers().owner(slot) + 1) % RealCluster.PRIMARIES);
            real.servers().awaitStable();
            assertEquals("OK, " + move + ", OK, QUEUED, [" + (move + 1) + "]", answers(redis, requests));
        }
    }

    /** What its caller has not waited for stays together, and is refused with it. */
    @Test
    void aWatchWithWhatComesBehindItIsRefusedOnce() throws Exception {
        MultiplexedRedis redis = real.client(RedisClusterTransactions.SINGLE_NODE);
        int slot = real.servers().slot("a");
        assertEquals("OK", answers(redis, List.of(request(Command.WATCH, "a"))));
        real.servers().moveSlot(slot, (real.servers().owner(slot) + 1) % RealCluster.PRIMARIES);
        real.servers().awaitStable();
        RedisConnection connection = await(redis.connect());
        Future<Response> watched = connection.send(request(Command.WATCH, "a"));
        Future<Response> read = connection.send(request(Command.GET, "a"));
        String refused = awaitFailure(watched).getMessage();
        assertTrue(refused.startsWith("MOVED " + slot + " "), refused);
        awaitFailure(read);
        await(connection.close());
        assertEquals("OK", answers(redis, List.of(request(Command.WATCH, "a"))));
    }

    private static String transaction(MultiplexedRedis redis) throws Exception {
        return answers(redis, List.of(request(Command.MULTI), request(Command.INCR, "a"), request(Command.EXEC)));
    }

    /** Replies and errors, on a connection of its own. */
    private static String answers(MultiplexedRedis redis, List<Request> requests) throws Exception {
        RedisConnection connection = await(redis.connect());
        List<String> answers = new ArrayList<>();
        for (Request request : requests) {
            answers.add(await(connection.send(request).map(String::valueOf)
                    .otherwise(Throwable::getMessage)));
        }
        await(connection.close());
        return String.join(", ", answers);
    }

    @Test
    void aTransactionWithoutACommandIsEmpty() throws Exception {
        RedisConnection connection = await(real.client(RedisClusterTransactions.SINGLE_NODE).connect());
        await(connection.send(request(Command.MULTI)));
        assertEquals("[]", await(connection.send(request(Command.EXEC))).toString());
        await(connection.send(request(Command.MULTI)));
        assertEquals("OK", awaitText(connection.send(request(Command.DISCARD))));
        await(connection.close());
    }

    @Test
    void blockingCommandsGoToTheNodesOfTheirKeys() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        RedisConnection connection = await(redis.connect());
        for (String key : KEYS) {
            var popped = connection.send(request(Command.BLPOP, "list" + key, "20"));
            await(connection.send(request(Command.RPUSH, "list" + key, key)));
            Response element = await(popped);
            assertEquals("[list" + key + ", " + key + "]", element.toString());
        }
        await(connection.close());
    }

    /** Else it would be nobody's, and would take the next element with it. */
    @Test
    void whatBlocksForEverEndsSoonAfterItsConnectionWasClosed() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(1)));
        await(redis.send(request(Command.PING)));
        List<Future<Response>> popped = new ArrayList<>();
        for (String key : KEYS) {
            RedisConnection connection = await(redis.connect());
            popped.add(connection.send(request(Command.BLPOP, key, 0)));
            await(connection.close());
        }
        for (Future<Response> each : popped) {
            assertInstanceOf(CommandTimeoutException.class, awaitFailure(each));
        }
        awaitUntil(() -> redis.status().nodes().stream().allMatch(node -> node.dedicated().lent() == 0));
        for (String key : KEYS) {
            assertEquals("1", awaitText(redis.send(request(Command.RPUSH, key, "element"))));
            assertEquals("1", awaitText(redis.send(request(Command.LLEN, key))));
        }
    }

    @Test
    void transactionsAreRefusedUnlessTheyAreAllowed() throws Exception {
        RedisConnection connection = await(real.client(new MultiplexerOptions()).connect());
        for (Command command : List.of(Command.MULTI, Command.EXEC, Command.DISCARD, Command.UNWATCH)) {
            assertEquals("Transactions in Redis cluster disabled",
                    awaitFailure(connection.send(request(command))).getMessage());
        }
        assertEquals("Transactions in Redis cluster disabled",
                awaitFailure(connection.send(request(Command.WATCH, "a"))).getMessage());
        assertEquals("PONG", awaitText(connection.send(request(Command.PING))));
        await(connection.close());
    }
}
