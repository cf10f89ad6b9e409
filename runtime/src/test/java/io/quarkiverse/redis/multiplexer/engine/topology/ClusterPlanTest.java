package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Plans that are carried out on real clusters: what many nodes do and answer is what one server would. */
class ClusterPlanTest {

    private static final int KEYS = 3000;
    private static final int STEPS = 20_000;

    private final Random random = new Random(12);

    private static Map<String, String> fill(ServerNodes nodes) {
        Map<String, String> model = new HashMap<>();
        IntStream.range(0, KEYS).forEach(i -> model.put("key" + i, "value" + i));
        IntStream.range(0, 300).forEach(i -> model.put("{one}" + i, "value" + i));
        Request request = Request.cmd(Command.MSET);
        model.forEach((key, value) -> request.arg(key).arg(value));
        assertEquals("OK", nodes.run(request).toString());
        return model;
    }

    private static ServerNodes nodes(RedisCluster cluster) {
        return new ServerNodes(cluster.nodes().stream().map(RedisServer::port).toList());
    }

    private static Response run(ServerNodes nodes, String words) {
        return nodes.run(Commands.request(words));
    }

    @ParameterizedTest
    @EnumSource(names = "SYSTEM", mode = EnumSource.Mode.EXCLUDE)
    void manyNodesAnswerAsOneServerWould(RedisBinary binary) {
        binary.assumeThere();
        try (RedisCluster cluster = RedisCluster.start(binary, 3, 1); ServerNodes nodes = nodes(cluster)) {
            Map<String, String> model = fill(nodes);
            for (int round = 0; round < 50; round++) {
                List<String> keys = random.ints(1 + random.nextInt(200), 0, 2 * KEYS).mapToObj(i -> "key" + i).toList();
                Request request = Request.cmd(Command.MGET);
                keys.forEach(request::arg);
                Response reply = nodes.run(request);
                assertEquals(keys.stream().map(model::get).toList(), texts(reply));
            }
            assertEquals(model.size(), run(nodes, "DBSIZE").toInteger());
            assertEquals(model.keySet(), new HashSet<>(texts(run(nodes, "KEYS *"))));
            assertEquals(3, run(nodes, "EXISTS key1 key2 key1 nokey").toInteger());
            assertEquals(2, run(nodes, "TOUCH key1 key2 nokey").toInteger());
            assertEquals(2, run(nodes, "DEL key1 key1 key2 nokey").toInteger());
            assertEquals(2, run(nodes, "UNLINK key3 key4").toInteger());
            assertTrue(model.containsKey(run(nodes, "RANDOMKEY").toString()));
            String sha = run(nodes, "SCRIPT LOAD return(1)").toString();
            assertEquals(List.of("1", "0"), texts(run(nodes, "SCRIPT EXISTS " + sha + " 0000")));
            for (int i = 0; i < cluster.nodes().size(); i++) {
                assertEquals(List.of(1L), cluster.call(i, "SCRIPT", "EXISTS", sha));
            }
            assertEquals("OK", run(nodes, "CONFIG SET slowlog-log-slower-than 0").toString());
            assertTrue(run(nodes, "SLOWLOG LEN").toInteger() >= 6);
            assertEquals("OK", run(nodes, "SLOWLOG RESET").toString());
            assertEquals(0, run(nodes, "PUBSUB NUMPAT").toInteger());
            assertEquals(List.of("a", "0"), texts(run(nodes, "PUBSUB NUMSUB a")));
            assertTrue(run(nodes, "LASTSAVE").toLong() > 0);
            int slot = cluster.slot("{one}");
            assertTrue(run(nodes, "CLUSTER COUNTKEYSINSLOT " + slot).toInteger() >= 300);
            assertEquals("OK", run(nodes, "FLUSHALL").toString());
            assertEquals(0, run(nodes, "DBSIZE").toInteger());
            assertEquals(null, run(nodes, "RANDOMKEY"));
            assertEquals(List.of("0", "[]"), texts(run(nodes, "SCAN " + endOfEmptyScan(nodes))));
        }
    }

    private static String endOfEmptyScan(ServerNodes nodes) {
        String cursor = "0";
        for (;;) {
            String next = run(nodes, "SCAN " + cursor).get(0).toString();
            if (next.equals("0")) {
                return cursor;
            }
            cursor = next;
        }
    }

    private static List<String> texts(Response array) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            texts.add(array.get(i) == null ? null : array.get(i).toString());
        }
        return texts;
    }

    /** In each step something may happen to the cluster. */
    private static void scan(ServerNodes nodes, Map<String, String> model, Runnable event) {
        Set<String> found = new HashSet<>();
        String cursor = "0";
        int steps = 0;
        do {
            Response reply = run(nodes, "SCAN " + cursor + " COUNT 25");
            cursor = reply.get(0).toString();
            assertTrue(Long.parseLong(cursor) >= 0, cursor);
            found.addAll(texts(reply.get(1)));
            event.run();
            assertTrue(++steps < STEPS, "The scan does not end");
        } while (!cursor.equals("0"));
        Set<String> missing = new TreeSet<>(model.keySet());
        missing.removeAll(found);
        assertEquals(Set.of(), missing);
        assertEquals(model.size(), found.size());
    }

    @ParameterizedTest
    @EnumSource(names = "SYSTEM", mode = EnumSource.Mode.EXCLUDE)
    void aScanTellsEveryKeyWhateverHappensMeanwhile(RedisBinary binary) {
        binary.assumeThere();
        try (RedisCluster cluster = RedisCluster.start(binary, 3, 1); ServerNodes nodes = nodes(cluster)) {
            Map<String, String> model = fill(nodes);
            scan(nodes, model, () -> {
            });

            List<Integer> slots = new ArrayList<>(model.keySet().stream().map(cluster::slot).distinct().limit(12).toList());
            int[] steps = { 0 };
            scan(nodes, model, () -> {
                if (++steps[0] % 10 == 0 && !slots.isEmpty()) {
                    cluster.moveSlot(slots.remove(0), random.nextInt(3));
                    // Else nodes may go on telling different things for seconds.
                    cluster.awaitStable();
                }
            });

            int replica = cluster.replicasOf(0).get(0);
            int[] step = { 0 };
            scan(nodes, model, () -> {
                if (++step[0] == 20) {
                    cluster.awaitStable();
                    cluster.failover(replica);
                }
            });
        }
    }

    /** Servers that go by slot. */
    @ParameterizedTest
    @EnumSource(names = { "REDIS_8_0", "VALKEY_8_0", "VALKEY_9_1" })
    void aScanTellsKeysThatAreJustMoving(RedisBinary binary) {
        binary.assumeThere();
        try (RedisCluster cluster = RedisCluster.start(binary, 3, 0); ServerNodes nodes = nodes(cluster)) {
            Map<String, String> model = fill(nodes);
            int slot = cluster.slot("{one}");
            int source = cluster.owner(slot);
            int target = (source + 1) % 3;
            cluster.beginMove(slot, source, target);
            List<String> first = new ArrayList<>(
                    List.of("MIGRATE", "127.0.0.1", String.valueOf(cluster.port(target)), "", "0", "5000", "KEYS"));
            IntStream.range(0, 150).forEach(i -> first.add("{one}" + i));
            cluster.call(source, first.toArray(String[]::new));
            scan(nodes, model, () -> {
            });

            boolean[] ended = { false };
            int[] steps = { 0 };
            scan(nodes, model, () -> {
                if (++steps[0] == 150) {
                    cluster.moveKeys(slot, source, target);
                    cluster.endMove(slot, source, target);
                    ended[0] = true;
                }
            });
            scan(nodes, model, () -> {
            });
        }
    }
}
