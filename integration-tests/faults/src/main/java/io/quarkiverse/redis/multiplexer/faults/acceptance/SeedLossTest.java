package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/**
 * All nodes that a client has been told of are dead: one primary, and the replica of another one. It goes on with those that it
 * has heard of, and learns of one more change from them.
 */
final class SeedLossTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int KEYS = 1000;
    private static final int DEAD = 0;
    private static final int LATER_DEAD = 2;

    @Override
    public String name() {
        return "A3";
    }

    @Override
    public String idea() {
        return "all configured hosts are dead, the cluster is alive";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 1, "--cluster-require-full-coverage", "no");
        int itsReplica = cluster.replicasOf(DEAD).get(0);
        int otherReplica = cluster.replicasOf(1).get(0);
        int laterPrimary = cluster.replicasOf(LATER_DEAD).get(0);
        Contestant client = ground.client(List.of(cluster.node(DEAD).url(), cluster.node(otherReplica).url()));
        Callers callers = Callers.start(client, ShardKeys.of(PRIMARIES, KEYS), ground.random());
        callers.awaitWarm();
        cluster.node(otherReplica).kill();
        cluster.node(DEAD).kill();
        long from = System.nanoTime();
        cluster.awaitPromotion(itsReplica);
        long outage = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
        TimeUnit.SECONDS.sleep(ground.size(5, 2));
        callers.stop();
        Judge judge = new Judge(findings, callers);
        judge.noFailures(" on living shards", outcome -> outcome.shard() != DEAD);
        judge.nothingLate();
        judge.recovery(DEAD, from, outage);
        judge.counters(callers, cluster, DEAD);
        findings.say("  then one more primary dies");
        oneMore(ground, findings, cluster, client, laterPrimary);
    }

    private static void oneMore(Ground ground, Findings findings, RedisCluster cluster, Contestant client, int laterPrimary)
            throws InterruptedException {
        Callers callers = Callers.start(client, ShardKeys.of(PRIMARIES, KEYS), ground.random());
        callers.awaitWarm();
        cluster.node(LATER_DEAD).kill();
        long from = System.nanoTime();
        cluster.awaitPromotion(laterPrimary);
        long outage = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
        TimeUnit.SECONDS.sleep(ground.size(4, 2));
        callers.stop();
        Judge judge = new Judge(findings, callers);
        judge.noFailures(" on living shards", outcome -> outcome.shard() != LATER_DEAD);
        judge.nothingLate();
        judge.recovery(LATER_DEAD, from, outage);
    }
}
