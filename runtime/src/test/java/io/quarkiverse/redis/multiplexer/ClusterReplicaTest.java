package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.ReadsOfReplicas.calls;
import static io.quarkiverse.redis.multiplexer.ReadsOfReplicas.forget;
import static io.quarkiverse.redis.multiplexer.ReadsOfReplicas.key;
import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.ReadsOfReplicas.Reader;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClusterTransactions;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisReplicas;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Reads of a cluster with a replica for each primary, where they may go to replicas. */
class ClusterReplicaTest {

    private static final List<Integer> PRIMARIES = List.of(0, 1, 2);
    private static final List<Integer> REPLICAS = List.of(3, 4, 5);
    /** Replicas are asked every two and a half seconds at least, and may take one to answer. */
    private static final long FOUND_OUT_MILLIS = 4000;

    @RegisterExtension
    final RealCluster real = new RealCluster(1, "--replica-serve-stale-data", "no");

    private RedisCluster servers;

    @BeforeEach
    void fill() throws Exception {
        servers = real.servers();
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        for (int i = 0; i < ReadsOfReplicas.KEYS; i++) {
            await(redis.send(request(Command.SET, key(i), key(i))));
        }
        for (int primary : PRIMARIES) {
            servers.node(primary).awaitReplicas();
        }
        redis.close();
    }

    private MultiplexedRedis client(RedisReplicas mode) {
        return real.client(new RedisOptions().setUseReplicas(mode)
                .setClusterTransactions(RedisClusterTransactions.SINGLE_NODE), new MultiplexerOptions());
    }

    /** A client all of whose event loops are connected to all replicas. */
    private MultiplexedRedis warmedUp(RedisReplicas mode) throws Exception {
        MultiplexedRedis redis = client(mode);
        awaitUntil(() -> {
            List<Long> before = REPLICAS.stream().map(replica -> calls(servers, replica, "get")).toList();
            readAll(redis);
            return IntStream.range(0, 3).allMatch(i -> calls(servers, REPLICAS.get(i), "get") > before.get(i));
        });
        forget(servers);
        return redis;
    }

    /** From this thread, which stays on one event loop. */
    private static void readAll(MultiplexedRedis redis) throws Exception {
        List<Future<Response>> reads = new ArrayList<>();
        for (int i = 0; i < ReadsOfReplicas.KEYS; i++) {
            reads.add(redis.send(request(Command.GET, key(i))));
        }
        for (int i = 0; i < ReadsOfReplicas.KEYS; i++) {
            assertEquals(key(i), awaitText(reads.get(i)));
        }
    }

    @Test
    void alwaysReadsFromReplicasOnlyAndWritesToPrimaries() throws Exception {
        MultiplexedRedis redis = warmedUp(RedisReplicas.ALWAYS);
        long fallbacks = redis.status().fallbackReads();
        for (int i = 0; i < 3; i++) {
            readAll(redis);
        }
        await(redis.send(request(Command.SET, key(1), key(1))));
        assertEquals(0, calls(servers, PRIMARIES, "get"));
        assertEquals(300, calls(servers, REPLICAS, "get"));
        assertEquals(fallbacks, redis.status().fallbackReads());

        assertEquals("[key1, key2, key3]",
                awaitText(redis.send(request(Command.MGET, key(1), key(2), key(3)))));
        assertEquals("3", awaitText(redis.send(request(Command.EXISTS, key(1), key(2), key(3)))));
        assertEquals(0, calls(servers, PRIMARIES, "mget") + calls(servers, PRIMARIES, "exists"));
        assertEquals(String.valueOf(ReadsOfReplicas.KEYS), awaitText(redis.send(request(Command.DBSIZE))));
        assertEquals(0, calls(servers, REPLICAS, "dbsize"));
    }

    @Test
    void shareReadsFromBoth() throws Exception {
        MultiplexedRedis redis = warmedUp(RedisReplicas.SHARE);
        for (int i = 0; i < 3; i++) {
            readAll(redis);
        }
        long toReplicas = calls(servers, REPLICAS, "get");
        assertTrue(Math.abs(toReplicas - 150) <= 3, () -> toReplicas + " of 300 reads went to replicas");
        assertEquals(300 - toReplicas, calls(servers, PRIMARIES, "get"));
        assertEquals(0, redis.status().fallbackReads());
    }

    /** Its cursor is a place in a hash table, in the order that the server has chosen for itself. */
    @Test
    void aScanOfOneKeyTellsAllOfIt() throws Exception {
        MultiplexedRedis redis = warmedUp(RedisReplicas.SHARE);
        Set<String> fields = new TreeSet<>();
        Request write = Request.cmd(Command.HSET).arg("hash");
        for (int i = 0; i < 2000; i++) {
            fields.add("field" + i);
            write.arg("field" + i).arg("value");
        }
        await(redis.send(write));
        for (int primary : PRIMARIES) {
            servers.node(primary).awaitReplicas();
        }
        Set<String> scanned = new TreeSet<>();
        String cursor = "0";
        do {
            Response step = await(redis.send(request(Command.HSCAN, "hash", cursor)));
            cursor = step.get(0).toString();
            for (int i = 0; i < step.get(1).size(); i += 2) {
                scanned.add(step.get(1).get(i).toString());
            }
        } while (!cursor.equals("0"));
        assertEquals(fields, scanned);
        assertEquals(0, calls(servers, REPLICAS, "hscan"));
    }

    @Test
    void neverHasNoConnectionToAReplica() throws Exception {
        MultiplexedRedis redis = client(RedisReplicas.NEVER);
        readAll(redis);
        assertEquals(0, calls(servers, REPLICAS, "get") + calls(servers, REPLICAS, "readonly"));
        for (int replica : REPLICAS) {
            String clients = (String) servers.call(replica, "CLIENT", "LIST");
            // The primary, and whoever asks.
            assertEquals(2, clients.lines().count(), clients);
        }
    }

    @Test
    void aConnectionIsToldOnceThatItReads() throws Exception {
        MultiplexedRedis redis = client(RedisReplicas.ALWAYS);
        try (Reader reader = new Reader(redis)) {
            awaitUntil(() -> reader.succeeded.get() > 2000);
        }
        for (int replica : REPLICAS) {
            String clients = (String) servers.call(replica, "CLIENT", "LIST");
            long connections = clients.lines().filter(line -> line.contains("flags=r ")).count();
            assertEquals(connections, calls(servers, replica, "readonly"));
            assertTrue(connections >= 1 && connections <= RealRedis.EVENT_LOOPS, clients);
        }
    }

    @Test
    void transactionsAndBatchesThatWriteReadFromPrimaries() throws Exception {
        MultiplexedRedis redis = warmedUp(RedisReplicas.ALWAYS);
        await(redis.batch(List.of(request(Command.GET, key(1)), request(Command.SET, key(1), key(1)))));
        await(redis.batch(List.of(request(Command.MULTI), request(Command.GET, key(1)), request(Command.EXEC))));
        assertEquals(2, calls(servers, PRIMARIES, "get"));
        assertEquals(0, calls(servers, REPLICAS, "get"));

        await(redis.batch(List.of(request(Command.GET, key(1)), request(Command.GET, key(2)))));
        assertEquals(2, calls(servers, REPLICAS, "get"));
    }

    @Test
    void aReplicaThatIsKilledCostsNoReadAndWithNoneLeftPrimariesAnswer() throws Exception {
        MultiplexedRedis redis = warmedUp(RedisReplicas.ALWAYS);
        try (Reader reader = new Reader(redis)) {
            for (int replica : REPLICAS) {
                int before = reader.succeeded.get();
                awaitUntil(() -> reader.succeeded.get() > before + 200);
                servers.node(replica).kill();
            }
            int after = reader.succeeded.get();
            awaitUntil(() -> reader.succeeded.get() > after + 500);
            assertEquals(0, reader.failed.get(), () -> String.valueOf(reader.failure));
        }
        assertTrue(redis.status().fallbackReads() > 500);
        assertTrue(calls(servers, PRIMARIES, "get") > 500);
    }

    @Test
    void aReplicaThatIsStoppedIsNotReadFromForLong() throws Exception {
        MultiplexedRedis redis = warmedUp(RedisReplicas.ALWAYS);
        try (Reader reader = new Reader(redis)) {
            servers.node(3).freeze();
            TimeUnit.MILLISECONDS.sleep(FOUND_OUT_MILLIS);
            int after = reader.succeeded.get();
            awaitUntil(() -> reader.succeeded.get() > after + 500);
            servers.node(3).thaw();
            assertEquals(0, reader.failed.get(), () -> String.valueOf(reader.failure));
        }
    }

    /** It would refuse to answer, and no caller hears of that. */
    @Test
    void aReplicaThatHasLostItsPrimaryIsNotReadFromUntilItIsInSyncAgain() throws Exception {
        MultiplexedRedis redis = warmedUp(RedisReplicas.ALWAYS);
        try (Reader reader = new Reader(redis)) {
            cutOff(3);
            int cut = reader.succeeded.get();
            awaitUntil(() -> reader.succeeded.get() > cut + 500);
            TimeUnit.MILLISECONDS.sleep(FOUND_OUT_MILLIS);
            long before = calls(servers, 3, "get");
            int later = reader.succeeded.get();
            awaitUntil(() -> reader.succeeded.get() > later + 500);
            assertEquals(before, calls(servers, 3, "get"));

            servers.call(3, "CONFIG", "SET", "masterauth", "");
            awaitUntil(() -> calls(servers, 3, "get") > before);
            assertEquals(0, reader.failed.get(), () -> String.valueOf(reader.failure));
        }
    }

    /** It would answer with what it has had before. */
    @Test
    void aReplicaThatWouldTellOldValuesIsFoundOut() throws Exception {
        servers.call(3, "CONFIG", "SET", "replica-serve-stale-data", "yes");
        MultiplexedRedis redis = warmedUp(RedisReplicas.ALWAYS);
        try (Reader reader = new Reader(redis)) {
            cutOff(3);
            TimeUnit.MILLISECONDS.sleep(FOUND_OUT_MILLIS);
            long before = calls(servers, 3, "get");
            int later = reader.succeeded.get();
            awaitUntil(() -> reader.succeeded.get() > later + 500);
            assertEquals(before, calls(servers, 3, "get"));
            assertEquals(0, reader.failed.get(), () -> String.valueOf(reader.failure));
        }
    }

    /** The primary goes on, and so do its clients. */
    private void cutOff(int replica) {
        servers.call(replica, "CONFIG", "SET", "masterauth", "wrong");
        servers.call(replica - PRIMARIES.size(), "CLIENT", "KILL", "TYPE", "replica");
        awaitUntil(() -> ((String) servers.call(replica, "INFO", "replication")).contains("master_link_status:down"));
    }

    @Test
    void whenReplicasAndPrimariesChangePlacesNoReadFails() throws Exception {
        MultiplexedRedis redis = warmedUp(RedisReplicas.ALWAYS);
        try (Reader reader = new Reader(redis)) {
            servers.failover(3);
            servers.awaitStable();
            int after = reader.succeeded.get();
            awaitUntil(() -> reader.succeeded.get() > after + 500);
            // What was the primary is read from, when it is known for a replica.
            long before = calls(servers, 0, "get");
            awaitUntil(() -> calls(servers, 0, "get") > before);
            assertEquals(0, reader.failed.get(), () -> String.valueOf(reader.failure));
        }
    }
}
