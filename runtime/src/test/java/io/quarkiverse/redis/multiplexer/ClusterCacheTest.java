package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClusterTransactions;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * The calls that the Redis cache of Quarkus makes, and the failures that it recognizes, with the entries all over a cluster.
 */
class ClusterCacheTest {

    private static final int ENTRIES = 1_000;

    @RegisterExtension
    final RealCluster real = new RealCluster(0, "--cluster-require-full-coverage", "no");

    private static String key(int entry) {
        return "cache:prices:" + entry;
    }

    private static List<String> keys() {
        return IntStream.range(0, ENTRIES).mapToObj(ClusterCacheTest::key).toList();
    }

    private static <T> T withConnection(MultiplexedRedis redis, Calls<T> calls) throws Exception {
        RedisConnection connection = await(redis.connect());
        try {
            return calls.on(connection);
        } finally {
            await(connection.close());
        }
    }

    private interface Calls<T> {

        T on(RedisConnection connection) throws Exception;
    }

    @Test
    void oneEntryIsLookedUpComputedAndStored() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        for (int entry = 0; entry < 20; entry++) {
            String key = key(entry);
            String value = "value" + entry;
            withConnection(redis, connection -> {
                assertNull(await(connection.send(request(Command.GET, key))));
                return await(connection.send(request(Command.SET, key, value, "EX", "100")));
            });
            assertEquals(value,
                    withConnection(redis, connection -> await(connection.send(request(Command.GET, key))).toString()));
            assertEquals(value, withConnection(redis,
                    connection -> await(connection.send(request(Command.GETEX, key, "EX", "100"))).toString()));
            assertEquals(1, await(redis.send(request(Command.DEL, key))).toInteger());
        }
    }

    @Test
    void oneEntryIsStoredUnlessSomebodyElseHas() throws Exception {
        MultiplexedRedis redis = real.client(RedisClusterTransactions.SINGLE_NODE);
        for (int entry = 0; entry < 20; entry++) {
            String key = key(entry);
            boolean other = entry % 2 == 0;
            Response executed = withConnection(redis, connection -> {
                await(connection.send(request(Command.WATCH, key)));
                assertNull(await(connection.send(request(Command.GET, key))));
                if (other) {
                    await(redis.send(request(Command.SET, key, "other")));
                }
                await(connection.send(request(Command.MULTI)));
                await(connection.send(request(Command.SET, key, "mine")));
                return await(connection.send(request(Command.EXEC)));
            });
            assertEquals(other ? "null" : "[OK]", String.valueOf(executed));
            assertEquals(other ? "other" : "mine", withConnection(redis, connection -> {
                await(connection.send(request(Command.WATCH, key)));
                String cached = await(connection.send(request(Command.GET, key))).toString();
                await(connection.send(request(Command.UNWATCH)));
                return cached;
            }));
        }
    }

    @Test
    void manyEntriesAreStoredLookedUpAndInvalidated() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        List<Request> stores = keys().stream().map(key -> request(Command.SET, key, key + "!", "EX", "100")).toList();
        await(redis.batch(stores)).forEach(reply -> assertEquals("OK", reply.toString()));
        await(redis.send(request(Command.MSET, "cache:other:1", "1", "cache:other:2", "2")));

        Response found = await(redis.send(request(Command.MGET, keys().toArray())));
        for (int entry = 0; entry < ENTRIES; entry++) {
            assertEquals(key(entry) + "!", found.get(entry).toString());
        }
        await(redis.batch(keys().stream().map(key -> request(Command.EXPIRE, key, "200")).toList()))
                .forEach(reply -> assertEquals(1, reply.toInteger()));

        for (String count : List.of("", "7")) {
            assertEquals(Set.copyOf(keys()), scan(redis, "cache:prices:*", count));
        }
        assertEquals(ENTRIES, await(redis.send(request(Command.DEL, keys().toArray()))).toInteger());
        assertEquals(Set.of(), scan(redis, "cache:prices:*", ""));
        assertEquals(Set.of("cache:other:1", "cache:other:2"), scan(redis, "cache:other:*", ""));
    }

    private static Set<String> scan(MultiplexedRedis redis, String pattern, String count) throws Exception {
        Set<String> keys = new HashSet<>();
        String cursor = "0";
        do {
            Request scan = count.isEmpty() ? request(Command.SCAN, cursor, "MATCH", pattern)
                    : request(Command.SCAN, cursor, "MATCH", pattern, "COUNT", count);
            Response step = await(redis.send(scan));
            cursor = step.get(0).toString();
            step.get(1).forEach(key -> keys.add(key.toString()));
        } while (!cursor.equals("0"));
        return keys;
    }

    /** It computes values again if a failure is a {@link ConnectException}; of a dead node, and of no other one. */
    @Test
    void aDeadNodeCostsTheEntriesThatItHas() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
        await(redis.send(request(Command.MGET, keys().toArray())));
        int dead = 1;
        List<String> lost = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        for (String key : keys().subList(0, 30)) {
            (real.servers().owner(real.servers().slot(key)) == dead ? lost : kept).add(key);
        }
        real.servers().node(dead).close();
        for (String key : kept) {
            assertNull(withConnection(redis, connection -> await(connection.send(request(Command.GET, key)))));
        }
        for (String key : lost) {
            Future<Response> get = withConnection(redis, connection -> connection.send(request(Command.GET, key)));
            assertRecomputable(awaitFailure(get));
        }
        assertRecomputable(awaitFailure(redis.send(request(Command.MGET, keys().toArray()))));
        assertTrue(kept.size() > 5 && lost.size() > 5, lost::toString);
    }

    private static void assertRecomputable(Throwable failure) {
        assertInstanceOf(ConnectException.class, failure, failure::toString);
    }
}
