package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;

/** One primary is lost: what it costs its own callers, and that it costs others nothing. */
final class PrimaryLossTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int STRUCK = 1;
    private static final int KEYS = 1000;

    /** How a primary is lost. */
    enum Loss {
        /** {@code kill -9} */
        DEATH(RedisServer::kill, Ground.NODE_TIMEOUT + 1500),
        /** {@code SIGSTOP}: its connections stay open. */
        SILENCE(RedisServer::freeze, Ground.LIVENESS_TIMEOUT.toMillis() + 1500);

        private final Consumer<RedisServer> strike;
        /** In milliseconds, until it is to answer again. */
        private final long recovery;

        Loss(Consumer<RedisServer> strike, long recovery) {
            this.strike = strike;
            this.recovery = recovery;
        }
    }

    /** Whether the cluster serves the other slots while it has no primary for some: {@code cluster-require-full-coverage}. */
    enum Coverage {
        /** Nodes refuse all commands for about a second. */
        yes,
        no
    }

    private final String name;
    private final Loss loss;
    private final Coverage coverage;

    PrimaryLossTest(String name, Loss loss, Coverage coverage) {
        this.name = name;
        this.loss = loss;
        this.coverage = coverage;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String idea() {
        return (loss == Loss.DEATH ? "kill -9" : "SIGSTOP") + " of one of 3 primaries, full coverage required: " + coverage;
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 1, "--cluster-require-full-coverage", coverage.name());
        Contestant client = ground.client(cluster);
        Callers callers = Callers.start(client, ShardKeys.of(PRIMARIES, KEYS), ground.random());
        long warm = callers.awaitWarm();
        TimeUnit.SECONDS.sleep(ground.size(5, 1));
        int replica = cluster.replicasOf(STRUCK).get(0);
        loss.strike.accept(cluster.node(STRUCK));
        long from = System.nanoTime();
        cluster.awaitPromotion(replica);
        long outage = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
        TimeUnit.SECONDS.sleep(ground.size(10, 3));
        long until = System.nanoTime();
        callers.stop();
        if (loss == Loss.SILENCE) {
            cluster.node(STRUCK).kill();
        }
        Judge judge = new Judge(findings, callers);
        judge.noFailures(" on other shards", outcome -> outcome.shard() != STRUCK);
        judge.latencyOfOthers(STRUCK, warm, from, until, coverage == Coverage.no);
        judge.nothingLate();
        judge.recovery(STRUCK, from, outage, loss.recovery);
        judge.counters(callers, cluster, STRUCK);
    }
}
