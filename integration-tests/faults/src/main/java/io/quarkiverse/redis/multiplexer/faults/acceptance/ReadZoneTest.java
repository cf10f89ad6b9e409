package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.ClientKind;
import io.quarkiverse.redis.multiplexer.faults.ClientSetup;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.ServerTopology;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.vertx.redis.client.RedisReplicas;

/** Reads stay in their zone as long as there is a fit replica in it, and leave it soon when there is none. */
final class ReadZoneTest implements AcceptanceTest {

    private static final int KEYS = 300;
    private static final int PERCENT = 100;
    private static final int LEAST_PERCENT = 95;
    private static final long FALLBACK_MILLIS = 1000;

    @Override
    public String name() {
        return "A13-zone";
    }

    @Override
    public String idea() {
        return "reads in a zone of Valkey, whose replicas are killed";
    }

    @Override
    public Optional<String> obstacle(Ground ground) {
        return ground.kind() != ClientKind.multiplexer ? Optional.of("knows no zones")
                : RedirectCircleTest.valkeyOnly(ground).map(redis -> "Redis tells no zones");
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        int primaries = ground.size(3, 1);
        RedisCluster cluster = ground.cluster(primaries, 2);
        for (int node = 0; node < cluster.nodes().size(); node++) {
            cluster.call(node, "CONFIG", "SET", "availability-zone", "zone-" + node / primaries);
        }
        List<RedisServer> near = cluster.nodes().subList(primaries, 2 * primaries);
        List<String> keys = ShardKeys.anywhere(KEYS);
        try (Data data = new Data(cluster)) {
            data.set(keys, "value");
        }
        Contestant client = ground.client(ClientSetup.of(ServerTopology.cluster, cluster.urls())
                .withReplicas(RedisReplicas.SHARE).withReadZone("zone-1"));
        Readers readers = Readers.start(client, keys, "value", ground.random());
        long start = System.nanoTime();
        while (near.stream().anyMatch(replica -> CommandCounts.calls(replica, "get") < 100)
                && System.nanoTime() - start < Ground.DEADLINE.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        long all = CommandCounts.calls(cluster.nodes(), "get");
        long inZone = CommandCounts.calls(near, "get");
        readers.awaitMore(ground.size(20_000, 1000));
        inZone = CommandCounts.calls(near, "get") - inZone;
        all = CommandCounts.calls(cluster.nodes(), "get") - all;
        findings.atLeast("reads in the zone, %", inZone * PERCENT / Math.max(1, all), LEAST_PERCENT);
        near.forEach(RedisServer::kill);
        long killed = System.nanoTime();
        readers.awaitMore(PERCENT);
        findings.within("reads go on elsewhere after, ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed),
                ground.isFull() ? FALLBACK_MILLIS : Ground.DEADLINE.toMillis());
        readers.stop(findings);
    }
}
