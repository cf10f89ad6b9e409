package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClusterTransactions;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Commands to a real cluster that stays as it is. */
class ClusterCommandsTest {

    private static final int THREADS = 16;
    private static final int KEYS = 500;

    @RegisterExtension
    final RealCluster real = new RealCluster(0);

    @Test
    void eachKeyIsOnItsNodeWhicheverThreadAsks() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<Response>> counted = new ArrayList<>();
        List<java.util.concurrent.Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            running.add(threads.submit(() -> countAll(redis, counted)));
        }
        for (java.util.concurrent.Future<?> one : running) {
            one.get();
        }
        Promise<Void> onLoops = Promise.promise();
        real.vertx().runOnContext(start -> {
            countAll(redis, counted);
            onLoops.complete();
        });
        await(onLoops.future());
        await(Future.all(counted));
        threads.shutdown();

        for (int key = 0; key < KEYS; key++) {
            assertEquals(String.valueOf(THREADS + 1), awaitText(redis.send(request(Command.GET, "key" + key))));
        }
        long kept = IntStream.range(0, RealCluster.PRIMARIES).mapToLong(i -> (Long) real.servers().call(i, "DBSIZE")).sum();
        assertEquals(KEYS, kept);
        assertEquals(RealCluster.PRIMARIES, redis.status().nodes().size());
    }

    private static void countAll(MultiplexedRedis redis, List<Future<Response>> counted) {
        for (int key = 0; key < KEYS; key++) {
            Future<Response> one = redis.send(request(Command.INCR, "key" + key));
            synchronized (counted) {
                counted.add(one);
            }
        }
    }

    @Test
    void fewerLanesThanLoopsAreConnectionsOfSoManyLoops() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setLanes(1));
        List<Future<Response>> counted = new ArrayList<>();
        for (int loop = 0; loop < RealRedis.EVENT_LOOPS; loop++) {
            Promise<Void> sent = Promise.promise();
            real.vertx().getOrCreateContext();
            new Thread(() -> {
                countAll(redis, counted);
                sent.complete();
            }).start();
            await(sent.future());
        }
        await(Future.all(counted));

        assertEquals(RealCluster.PRIMARIES, redis.status().nodes().stream().mapToInt(node -> node.lanes().size()).sum());
    }

    @Test
    void keysOfSeveralSlotsOfACommandThatIsNotSplitAreRefusedUnsent() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        Throwable refusal = awaitFailure(redis.send(request(Command.RENAME, "a", "b")));

        assertTrue(refusal.getMessage().startsWith("CROSSSLOT "), refusal::getMessage);
    }

    @Test
    void keysOfSeveralSlotsAreMerged() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        await(redis.send(request(Command.MSET, "a", "1", "b", "2", "c", "3")));

        assertEquals("[3, 1, null, 2]", await(redis.send(request(Command.MGET, "c", "a", "none", "b"))).toString());
        assertEquals(3, await(redis.send(request(Command.DBSIZE))).toInteger());
    }

    @Test
    void aBatchGoesToTheNodesOfItsKeysAndIsAnsweredInItsOrder() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        List<Response> replies = await(redis.batch(List.of(request(Command.SET, "a", "1"), request(Command.SET, "b", "2"),
                request(Command.GET, "a"), request(Command.MGET, "b", "a"), request(Command.GET, "none"))));

        assertEquals("[OK, OK, 1, [2, 1], null]", replies.toString());
        Throwable failure = awaitFailure(redis.batch(List.of(request(Command.GET, "b"), request(Command.LPUSH, "a", "x"))));
        assertTrue(failure.getMessage().startsWith("ERR [1] "), failure::getMessage);
    }

    /** It would wait on one node, which would execute only what it has the keys of. */
    @Test
    void aBatchThatWaitsOnTheServerIsSentOnlyIfItsKeysAreInOneSlot() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        for (String[] waiting : List.of(new String[] { "WAIT", "0", "10" }, new String[] { "BLPOP", "q", "1" })) {
            List<Request> requests = Stream.of("a", "b", "c").map(key -> request(Command.SET, key, "1"))
                    .collect(Collectors.toCollection(ArrayList::new));
            requests.add(request(Command.create(waiting[0]), waiting[1], waiting[2]));
            Throwable refusal = awaitFailure(redis.batch(requests));

            assertTrue(refusal.getMessage().startsWith("CROSSSLOT "), refusal::getMessage);
            assertTrue(refusal.getMessage().contains("sends nothing of a batch of 4 commands"), refusal::getMessage);
        }
        assertEquals(0, await(redis.send(request(Command.DBSIZE))).toInteger());

        List<Response> replies = await(redis.batch(List.of(request(Command.RPUSH, "{q}a", "x"),
                request(Command.BLPOP, "{q}a", "1"), request(Command.WAIT, "0", "10"))));
        assertEquals("[1, [{q}a, x], 0]", replies.toString());
    }

    @Test
    void aTransactionInABatchStaysOneOnTheNodeOfItsKeys() throws Exception {
        MultiplexedRedis redis = real.client(RedisClusterTransactions.SINGLE_NODE);
        List<Response> replies = await(redis.batch(List.of(request(Command.SET, "b", "2"), request(Command.MULTI),
                request(Command.INCR, "a"), request(Command.INCR, "a"), request(Command.EXEC), request(Command.GET, "a"))));
        assertEquals("[OK, OK, QUEUED, QUEUED, [1, 2], 2]", replies.toString());

        Throwable refusal = awaitFailure(redis.batch(List.of(request(Command.SET, "b", "3"), request(Command.MULTI),
                request(Command.INCR, "a"), request(Command.INCR, "b"), request(Command.EXEC))));
        assertTrue(refusal.getMessage().startsWith("CROSSSLOT "), refusal::getMessage);
        assertEquals("2", awaitText(redis.send(request(Command.GET, "b"))));
    }

    @Test
    void transactionsAreRefusedUnlessTheyAreAllowed() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        Throwable refusal = awaitFailure(
                redis.batch(List.of(request(Command.MULTI), request(Command.INCR, "a"), request(Command.EXEC))));
        assertEquals("Transactions in Redis cluster disabled", refusal.getMessage());
    }

    @Test
    void aTransactionIsSentAgainAsAWholeWhenItsSlotHasMoved() throws Exception {
        MultiplexedRedis redis = real.client(RedisClusterTransactions.SINGLE_NODE);
        int slot = real.servers().slot("a");
        for (int move = 0; move < 3; move++) {
            await(redis.send(request(Command.SET, "a", "0")));
            real.servers().moveSlot(slot, (real.servers().owner(slot) + 1) % RealCluster.PRIMARIES);
            real.servers().awaitStable();
            List<Response> replies = await(redis.batch(List.of(request(Command.MULTI), request(Command.INCR, "a"),
                    request(Command.INCR, "a"), request(Command.EXEC))));
            assertEquals("[OK, QUEUED, QUEUED, [1, 2]]", replies.toString());
        }
    }

    @Test
    void whatABatchHasWatchedIsWatchedByNobodyAfterIt() throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setClusterTransactions(RedisClusterTransactions.SINGLE_NODE),
                new MultiplexerOptions().setLanes(1));
        for (String key : List.of("a", "b", "c", "d")) {
            int owner = real.servers().owner(real.servers().slot(key));
            assertEquals("[OK, null, OK]", await(redis.batch(List.of(request(Command.WATCH, key), request(Command.GET, key),
                    request(Command.UNWATCH)))).toString());
            real.servers().call(owner, "SET", key, "1");
            assertEquals("[OK, QUEUED, [2]]", await(redis.batch(List.of(request(Command.MULTI), request(Command.INCR, key),
                    request(Command.EXEC)))).toString(), key);
        }
        assertEquals("[OK, OK, QUEUED, [3]]", await(redis.batch(List.of(request(Command.WATCH, "a"), request(Command.MULTI),
                request(Command.INCR, "a"), request(Command.EXEC)))).toString());
    }

    @Test
    void whatABatchWatchesMustBeOnTheNodeOfItsTransaction() throws Exception {
        MultiplexedRedis redis = real.client(RedisClusterTransactions.SINGLE_NODE);
        Throwable refusal = awaitFailure(redis.batch(List.of(request(Command.WATCH, "a"), request(Command.MULTI),
                request(Command.INCR, "b"), request(Command.EXEC))));
        assertTrue(refusal.getMessage().startsWith("CROSSSLOT "), refusal::getMessage);
    }

    @Test
    void aBlockingCommandFollowsItsSlot() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        int slot = real.servers().slot("list");
        Future<Response> popped = redis.send(request(Command.BLPOP, "list", "20"));
        int owner = real.servers().owner(slot);
        awaitUntil(() -> ((String) real.servers().call(owner, "INFO", "clients")).contains("blocked_clients:1"));
        real.servers().moveSlot(slot, (real.servers().owner(slot) + 1) % RealCluster.PRIMARIES);
        real.servers().awaitStable();
        await(redis.send(request(Command.RPUSH, "list", "element")));

        assertEquals("[list, element]", await(popped).toString());
    }

    @Test
    void whatHasNoKeyIsAnsweredByAnyNode() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());

        assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
    }
}
