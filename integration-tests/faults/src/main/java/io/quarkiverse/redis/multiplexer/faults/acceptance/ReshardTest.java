package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Resharding;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** Slots move under load: nobody notices, and nodes are asked about the cluster seldom. */
final class ReshardTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int SLOTS = 1000;
    private static final int KEYS = 100_000;
    private static final int MOST_QUERIES = 5;

    /** Who moves them. */
    enum Way {
        /** An administrator, key by key. */
        CLASSIC,
        /** The server, all at once. */
        ATOMIC
    }

    private final String name;
    private final Way way;

    ReshardTest(String name, Way way) {
        this.name = name;
        this.way = way;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String idea() {
        return "1,000 slots with 100,000 keys in the cluster move under load, "
                + (way == Way.CLASSIC ? "key by key" : "by the server itself");
    }

    @Override
    public Optional<String> obstacle(Ground ground) {
        return way == Way.ATOMIC && ground.binary() != RedisBinary.VALKEY_9_1
                ? Optional.of("of these servers, only Valkey 9 moves slots itself")
                : Optional.empty();
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 0);
        List<String> keys = ShardKeys.anywhere(ground.size(KEYS, KEYS / 10));
        try (Data data = new Data(cluster)) {
            data.set(keys, "value");
        }
        Contestant client = ground.client(cluster);
        Callers callers = Callers.start(client, List.of(keys), ground.random());
        callers.awaitWarm();
        try (TopologyQueries queries = new TopologyQueries(cluster, ground.kind())) {
            queries.startWatching();
            int slots = ground.size(SLOTS, SLOTS / 10);
            if (way == Way.CLASSIC) {
                Resharding resharding = new Resharding(cluster, new ReentrantLock(), ground.random());
                while (resharding.moved() < slots) {
                    resharding.moveSome(slots - resharding.moved());
                }
            } else {
                new AtomicMoves(cluster).move(slots);
            }
            findings.tell("slots moved", slots);
            long most = queries.mostInTenSeconds();
            callers.stop();
            Judge judge = new Judge(findings, callers);
            judge.noFailures();
            judge.nothingLate();
            judge.counters(callers, cluster, -1);
            findings.atMost("questions about the cluster in the worst 10 s", most, MOST_QUERIES);
        }
    }
}
