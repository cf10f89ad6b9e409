package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;

/** A scan returns every key at least once, also when another node takes the place of a primary in the middle of it. */
final class ScanTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int KEYS = 100_000;
    private static final String COUNT = "100";
    private static final int MOST_STEPS = 20;

    /** What happens meanwhile. */
    enum Meanwhile {
        NOTHING(0),
        FAILOVER(1);

        private final int replicas;

        Meanwhile(int replicas) {
            this.replicas = replicas;
        }
    }

    private final String name;
    private final Meanwhile meanwhile;

    ScanTest(String name, Meanwhile meanwhile) {
        this.name = name;
        this.meanwhile = meanwhile;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String idea() {
        return "SCAN over 100,000 keys" + (meanwhile == Meanwhile.NOTHING ? "" : ", with a failover in the middle");
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, meanwhile.replicas);
        int count = ground.size(KEYS, KEYS / 10);
        List<String> keys = ShardKeys.anywhere(count);
        try (Data data = new Data(cluster)) {
            data.set(keys, "value");
        }
        if (meanwhile.replicas > 0) {
            cluster.awaitStable();
            cluster.nodes().subList(0, PRIMARIES).forEach(RedisServer::awaitReplicas);
        }
        scan(cluster, new Answers(ground.client(cluster)), keys, findings);
    }

    private void scan(RedisCluster cluster, Answers answers, List<String> keys, Findings findings) throws Exception {
        Set<Object> found = new HashSet<>();
        List<String> failures = new ArrayList<>();
        CompletableFuture<Void> failover = CompletableFuture.completedFuture(null);
        boolean begun = meanwhile == Meanwhile.NOTHING;
        String cursor = "0";
        long returned = 0;
        int steps = 0;
        do {
            Object answer = answers.of(Verb.SCAN, cursor, "COUNT", COUNT);
            steps++;
            if (answer instanceof Throwable) {
                failures.add(Answers.words(answer));
            } else {
                List<?> page = (List<?>) answer;
                cursor = (String) page.get(0);
                found.addAll((List<?>) page.get(1));
                returned += ((List<?>) page.get(1)).size();
            }
            if (!begun && found.size() > keys.size() / 2) {
                begun = true;
                failover = CompletableFuture.runAsync(() -> cluster.failover(cluster.replicasOf(1).get(0)));
            }
        } while (!cursor.equals("0") && steps < MOST_STEPS * keys.size() / Integer.parseInt(COUNT));
        failover.join();
        findings.tell("keys", keys.size());
        findings.tell("steps", steps);
        findings.exactly("ends", cursor.equals("0"), true);
        findings.none("failed steps", failures);
        findings.atMost("keys that it did not return", keys.stream().filter(key -> !found.contains(key)).count(), 0);
        findings.tell("keys returned again", returned - found.size());
    }
}
