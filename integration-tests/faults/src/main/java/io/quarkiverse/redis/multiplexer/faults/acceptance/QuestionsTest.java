package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.faults.Resharding;
import io.quarkiverse.redis.multiplexer.faults.Slots;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** How often nodes are asked about the cluster while nothing happens, and when many slots are found to have moved at once. */
final class QuestionsTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int MOVES = 500;
    private static final int KEYS = 100_000;

    @Override
    public String name() {
        return "A4-questions";
    }

    @Override
    public String idea() {
        return "questions about the cluster in an idle minute, and after 500 redirects in a second";
    }

    @Override
    public Optional<String> obstacle(Ground ground) {
        return ground.binary() == RedisBinary.REDIS_6_2 ? Optional.of("Redis 6 does not count them apart") : Optional.empty();
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 0);
        List<String> keys = ShardKeys.anywhere(KEYS);
        try (Data data = new Data(cluster)) {
            data.set(keys, "value");
        }
        try (TopologyQueries queries = new TopologyQueries(cluster, ground.kind())) {
            long nobody = queries.count();
            Contestant client = ground.client(cluster);
            get(client, keys.subList(0, 100));
            TimeUnit.SECONDS.sleep(2);
            long before = queries.count();
            findings.tell("questions of a client that begins", before - nobody);
            int idle = ground.size(60, 5);
            TimeUnit.SECONDS.sleep(idle);
            findings.atMost("in " + idle + " s without anything", queries.count() - before, 1);
            redirects(ground, findings, cluster, client, keys, queries);
        }
    }

    private static void redirects(Ground ground, Findings findings, RedisCluster cluster, Contestant client, List<String> keys,
            TopologyQueries queries) throws Exception {
        int[] before = IntStream.range(0, PRIMARIES).flatMap(node -> cluster.slotsOf(node).stream().map(slot -> node))
                .toArray();
        int moves = ground.size(MOVES, MOVES / 5);
        Resharding resharding = new Resharding(cluster, new ReentrantLock(), ground.random());
        while (resharding.moved() < moves) {
            resharding.moveSome(moves - resharding.moved());
        }
        List<String> moved = ofMovedSlots(cluster, before, keys);
        long from = queries.count();
        long start = System.nanoTime();
        List<String> failures = get(client, moved);
        findings.tell("redirects", moved.size());
        findings.tell("took, ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        TimeUnit.SECONDS.sleep(2);
        findings.atMost("questions because of redirects", queries.count() - from, 2);
        findings.none("failures", failures);
    }

    /** One key of each. */
    private static List<String> ofMovedSlots(RedisCluster cluster, int[] before, List<String> keys) {
        String[] found = new String[RedisCluster.SLOTS];
        keys.forEach(key -> found[Slots.of(key)] = key);
        List<String> moved = new ArrayList<>();
        for (int node = 0; node < PRIMARIES; node++) {
            int owner = node;
            cluster.slotsOf(node).stream().filter(slot -> before[slot] != owner && found[slot] != null)
                    .forEach(slot -> moved.add(found[slot]));
        }
        return moved;
    }

    /** @return failures, in words */
    private static List<String> get(Contestant client, List<String> keys) throws Exception {
        List<CompletableFuture<Object>> replies = keys.stream()
                .map(key -> client.send(Call.of(Verb.GET, key)).toCompletableFuture()).toList();
        List<String> failures = new ArrayList<>();
        for (CompletableFuture<Object> reply : replies) {
            try {
                reply.get(Ground.DEADLINE.toSeconds() + 1, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException e) {
                failures.add(Failures.words(e.getCause()));
            } catch (java.util.concurrent.TimeoutException e) {
                failures.add("hung");
            }
        }
        return failures;
    }
}
