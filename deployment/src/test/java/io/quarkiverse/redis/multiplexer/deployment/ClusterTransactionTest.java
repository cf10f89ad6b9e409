package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.transactions.OptimisticLockingTransactionResult;
import io.quarkus.redis.datasource.transactions.TransactionResult;
import io.quarkus.test.QuarkusUnitTest;

/** Transactions of both data sources in a cluster: each on the node of its keys, and without a connection of its own. */
class ClusterTransactionTest {

    private static final int SLOTS = 16384;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "f");

    private static final RedisServer LOWER = RedisServer.prepare("--cluster-enabled", "yes");
    private static final RedisServer UPPER = RedisServer.prepare("--cluster-enabled", "yes");

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(ClusterTransactionTest::form)
            .setAfterAllCustomizer(() -> {
                LOWER.close();
                UPPER.close();
            })
            .withEmptyApplication()
            .overrideRuntimeConfigKey("quarkus.redis.client-type", "cluster")
            .overrideRuntimeConfigKey("quarkus.redis.cluster-transactions", "single-node")
            .overrideRuntimeConfigKey("quarkus.redis.hosts", LOWER.url() + "," + UPPER.url());

    /** The class of the test has been loaded once more for the application, and its servers are others. */
    @ConfigProperty(name = "quarkus.redis.hosts")
    List<URI> hosts;
    @Inject
    RedisDataSource blocking;
    @Inject
    ReactiveRedisDataSource reactive;
    @Inject
    MultiplexedRedis client;

    private static void form() {
        LOWER.run();
        UPPER.run();
        try (RespClient lower = LOWER.client(); RespClient upper = UPPER.client()) {
            lower.call("CLUSTER", "SET-CONFIG-EPOCH", "1");
            upper.call("CLUSTER", "SET-CONFIG-EPOCH", "2");
            lower.call("CLUSTER", "MEET", "127.0.0.1", String.valueOf(UPPER.port()));
            lower.call(addSlots(0, SLOTS / 2));
            upper.call(addSlots(SLOTS / 2, SLOTS));
            Awaitility.await().atMost(SOON).until(() -> isWhole(lower) && isWhole(upper));
        }
    }

    private static String[] addSlots(int from, int to) {
        return Stream.concat(Stream.of("CLUSTER", "ADDSLOTS"), IntStream.range(from, to).mapToObj(String::valueOf))
                .toArray(String[]::new);
    }

    private static boolean isWhole(RespClient node) {
        String info = (String) node.call("CLUSTER", "INFO");
        return info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:" + SLOTS)
                && info.contains("cluster_known_nodes:2");
    }

    @Test
    void eachIsExecutedOnTheNodeOfItsKeys() {
        try (RespClient lower = new RespClient(hosts.get(0).getPort());
                RespClient upper = new RespClient(hosts.get(1).getPort())) {
            long lowerBefore = executed(lower);
            long upperBefore = executed(upper);
            long redirectedBefore = redirected(lower) + redirected(upper);
            long connectsBefore = dedicatedConnects();
            List<Long> results = new ArrayList<>();
            for (String key : KEYS) {
                TransactionResult one = blocking.withTransaction(transaction -> {
                    transaction.value(Long.class).incr(key);
                    transaction.value(Long.class).incr("{" + key + "}2");
                });
                TransactionResult other = reactive.withTransaction(transaction -> transaction.value(Long.class).incr(key)
                        .chain(() -> transaction.value(Long.class).incr("{" + key + "}2"))).await().atMost(SOON);
                for (TransactionResult result : List.of(one, other)) {
                    results.add(result.get(0));
                    assertEquals(results.get(results.size() - 1), result.<Long> get(1));
                }
            }
            assertEquals(KEYS.stream().flatMap(key -> Stream.of(1L, 2L)).toList(), results);
            assertEquals(connectsBefore, dedicatedConnects());
            // The client has asked one node once whether there may be transactions.
            long onLower = executed(lower) - lowerBefore;
            long onUpper = executed(upper) - upperBefore;
            assertTrue(onLower > 1 && onUpper > 1, onLower + " and " + onUpper);
            assertTrue(onLower + onUpper <= 2 * KEYS.size() + 1, onLower + " and " + onUpper);
            assertEquals(redirectedBefore, redirected(lower) + redirected(upper));
        }
    }

    private long dedicatedConnects() {
        return client.status().nodes().stream().mapToLong(node -> node.dedicated().connects()).sum();
    }

    @Test
    void withReadsBeforeItIsExecutedWhereTheyAre() {
        for (String key : KEYS) {
            for (boolean disturbed : new boolean[] { false, true }) {
                blocking.value(String.class).set("text" + key, "before");
                OptimisticLockingTransactionResult<String> one = blocking.withTransaction(
                        before -> before.value(String.class).get("text" + key),
                        (read, transaction) -> {
                            if (disturbed) {
                                blocking.value(String.class).set("text" + key, "other");
                            }
                            transaction.value(String.class).set("text" + key, read + "!");
                        }, "text" + key);
                assertEquals(disturbed, one.discarded());
                assertEquals("before", one.getPreTransactionResult());
                assertEquals(disturbed ? "other" : "before!", blocking.value(String.class).get("text" + key));

                OptimisticLockingTransactionResult<String> other = reactive.withTransaction(
                        before -> before.value(String.class).get("text" + key),
                        (read, transaction) -> transaction.value(String.class).set("text" + key, read + "?"), "text" + key)
                        .await().atMost(SOON);
                assertFalse(other.discarded());
                assertNotEquals("before", blocking.value(String.class).get("text" + key));
            }
        }
    }

    private static long executed(RespClient node) {
        return calls(node, "commandstats", "cmdstat_exec:calls=");
    }

    private static long redirected(RespClient node) {
        return calls(node, "errorstats", "errorstat_MOVED:count=");
    }

    private static long calls(RespClient node, String section, String prefix) {
        return ((String) node.call("INFO", section)).lines().filter(line -> line.startsWith(prefix))
                .mapToLong(line -> Long.parseLong(line.substring(prefix.length()).split(",")[0].strip())).sum();
    }
}
