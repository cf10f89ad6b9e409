package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Resharding;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** Failovers and reshards leave nothing behind: no connection, no timer, no thread. */
final class LeftoversTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int ROUNDS = 50;
    private static final int SLOTS = 20;
    private static final int KEYS = 5000;
    /** To each primary one of each loop; and one that asks about the cluster, or has subscriptions. */
    private static final int MOST_CONNECTIONS = Ground.LOOPS * PRIMARIES + 1;

    @Override
    public String name() {
        return "A9";
    }

    @Override
    public String idea() {
        return "connections, timers and threads after 50 failovers and reshards";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 1);
        Contestant client = ground.client(cluster);
        Resharding resharding = new Resharding(cluster, new ReentrantLock(), ground.random());
        List<String> keys = ShardKeys.anywhere(KEYS);
        load(ground, client, keys);
        Left before = Left.of(cluster, client);
        int rounds = ground.size(ROUNDS, 4);
        Callers callers = Callers.start(client, List.of(keys), ground.random());
        callers.awaitWarm();
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                cluster.failover(cluster.replicasOf(cluster.primaries().get(round / 2 % PRIMARIES)).get(0));
            } else {
                resharding.moveSome(SLOTS);
            }
            cluster.awaitStable();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        callers.stop();
        new Judge(findings, callers).noFailures();
        load(ground, client, keys);
        Left after = Left.of(cluster, client);
        findings.tell("rounds", rounds);
        findings.atMost("connections before", before.connections, MOST_CONNECTIONS);
        findings.atMost("connections after", after.connections, before.connections);
        findings.atMost("threads more than before", Math.max(0, after.threads - before.threads), 0);
        if (before.timers.isPresent()) {
            findings.tell("timers before", before.timers.getAsInt());
            findings.atMost("timers after", after.timers.orElseThrow(), before.timers.getAsInt());
        }
    }

    /** So that all connections are there that there are to be, and those that are not needed have had time to end. */
    private static void load(Ground ground, Contestant client, List<String> keys) throws InterruptedException {
        Callers callers = Callers.start(client, List.of(keys), ground.random());
        callers.awaitWarm();
        callers.stop();
        TimeUnit.SECONDS.sleep(ground.size(12, 3));
    }

    private record Left(int connections, long threads, OptionalInt timers) {

        static Left of(RedisCluster cluster, Contestant client) {
            long threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().matches("(vert\\.x|lettuce|nioEventLoop|redis).*")).count();
            return new Left(Connections.ofClients(cluster), threads, client.timers());
        }
    }
}
