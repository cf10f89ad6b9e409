package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.ReadsOfReplicas.calls;
import static io.quarkiverse.redis.multiplexer.ReadsOfReplicas.forget;
import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.ReadsOfReplicas.Reader;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisReplicas;

/** Reads of a cluster whose nodes tell zones: primaries are in one, and their replicas in one of two others each. */
class ClusterReadZoneTest {

    private static final List<Integer> FAR = List.of(0, 1, 2, 6, 7, 8);
    private static final List<Integer> NEAR = List.of(3, 4, 5);

    private Vertx vertx;
    private RedisCluster servers;

    @AfterEach
    void stop() throws Exception {
        if (vertx != null) {
            await(vertx.close());
        }
        if (servers != null) {
            servers.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = { "VALKEY_8_0", "VALKEY_9_1" })
    void readsStayInTheZoneAsLongAsThereIsAFitNode(RedisBinary binary) throws Exception {
        binary.assumeThere();
        servers = RedisCluster.start(binary, 3, 2);
        for (int node = 0; node < 9; node++) {
            servers.call(node, "CONFIG", "SET", "availability-zone", "zone-" + node / 3);
        }
        vertx = Vertx.vertx();
        RedisOptions options = new RedisOptions().setType(RedisClientType.CLUSTER).setUseReplicas(RedisReplicas.SHARE);
        servers.urls().forEach(options::addConnectionString);
        MultiplexedRedis redis = MultiplexedRedis.create(vertx, options, new MultiplexerOptions().setReadZone("zone-1"));
        try (Reader reader = new Reader(redis)) {
            awaitUntil(() -> NEAR.stream().allMatch(node -> calls(servers, node, "get") > 100));
            forget(servers);
            int before = reader.succeeded.get();
            awaitUntil(() -> reader.succeeded.get() > before + 2000);
            long far = calls(servers, FAR, "get");
            long near = calls(servers, NEAR, "get");
            assertTrue(near >= 0.95 * (near + far), () -> near + " reads in the zone, and " + far + " elsewhere");

            NEAR.forEach(node -> servers.node(node).kill());
            int killed = reader.succeeded.get();
            TimeUnit.SECONDS.sleep(1);
            assertTrue(reader.succeeded.get() > killed);
            forget(servers);
            int later = reader.succeeded.get();
            awaitUntil(() -> reader.succeeded.get() > later + 1000);
            assertTrue(calls(servers, List.of(6, 7, 8), "get") > 400, "the other replicas are not read from");
            assertEquals(0, reader.failed.get(), () -> String.valueOf(reader.failure));
        }
        redis.close();
    }
}
