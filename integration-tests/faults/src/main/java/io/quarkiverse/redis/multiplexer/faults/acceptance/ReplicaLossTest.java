package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** Who reads from primaries only does not notice that a replica dies, and has no connection to any. */
final class ReplicaLossTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int KEYS = 1000;
    private static final int LOOKS = 20;

    @Override
    public String name() {
        return "A2";
    }

    @Override
    public String idea() {
        return "kill -9 of a replica, with replicas=never";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 1);
        Contestant client = ground.client(cluster);
        Callers callers = Callers.start(client, ShardKeys.of(PRIMARIES, KEYS), ground.random());
        callers.awaitWarm();
        int connections = 0;
        for (int look = 0; look < LOOKS; look++) {
            if (look == LOOKS / 4) {
                cluster.node(PRIMARIES).kill();
            }
            connections = Math.max(connections, toReplicas(cluster));
            TimeUnit.MILLISECONDS.sleep(ground.size(500, 150));
        }
        callers.stop();
        Judge judge = new Judge(findings, callers);
        judge.noFailures();
        judge.nothingLate();
        judge.counters(callers, cluster, -1);
        findings.atMost("connections to replicas, at any time", connections, 0);
    }

    private static int toReplicas(RedisCluster cluster) {
        return IntStream.range(PRIMARIES, 2 * PRIMARIES).filter(node -> cluster.node(node).isAlive())
                .mapToObj(node -> Connections.ofClients(cluster.node(node))).mapToInt(List::size).sum();
    }
}
