package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** Commands about all keys, and scripts for all nodes, when the slots of the nodes are in many pieces. */
final class AllKeysTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int PIECES = 50;
    private static final int KEYS = 1000;
    private static final int SCRIPTS = 100;

    @Override
    public String name() {
        return "A7-all";
    }

    @Override
    public String idea() {
        return "DBSIZE, KEYS, FLUSHDB, FLUSHALL, SCRIPT LOAD with slots in 50 pieces";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 0);
        for (int move = 0; move < PIECES / 2; move++) {
            cluster.moveSlot(100 + 200 * move, (cluster.owner(100 + 200 * move) + 1) % PRIMARIES);
            cluster.awaitAgreement();
        }
        cluster.awaitStable();
        findings.tell("pieces", ((List<?>) cluster.call(0, "CLUSTER", "SLOTS")).size());
        Contestant client = ground.client(cluster);
        Answers answers = new Answers(client);
        List<String> keys = ShardKeys.anywhere(KEYS);
        fill(cluster, keys);
        findings.exactly("DBSIZE", Answers.words(answers.of(Verb.DBSIZE)), String.valueOf(KEYS));
        Object found = answers.of(Verb.KEYS, "*");
        findings.exactly("KEYS", found instanceof List<?> list ? String.valueOf(list.size()) : Answers.words(found),
                String.valueOf(KEYS));
        findings.exactly("KEYS tells each once", found instanceof List<?> list && new HashSet<Object>(list).size() == KEYS,
                true);
        scripts(answers, findings);
        for (Verb flush : List.of(Verb.FLUSHDB, Verb.FLUSHALL)) {
            fill(cluster, keys);
            Object answer = answers.of(flush);
            findings.tell(flush + " answers", Answers.words(answer));
            findings.atMost("keys left of " + flush, left(cluster), 0);
        }
    }

    private static void fill(RedisCluster cluster, List<String> keys) {
        try (Data data = new Data(cluster)) {
            data.set(keys, "value");
        }
    }

    private static long left(RedisCluster cluster) {
        return cluster.primaries().stream().mapToLong(node -> (Long) cluster.call(node, "DBSIZE")).sum();
    }

    private static void scripts(Answers answers, Findings findings) throws InterruptedException {
        Object digest = answers.of(Verb.SCRIPT, "LOAD", "return 7");
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < SCRIPTS; i++) {
            Object answer = answers.of(Verb.EVALSHA, String.valueOf(digest), "1", "key:" + i);
            if (!Long.valueOf(7).equals(answer)) {
                wrong.add(Answers.words(answer));
            }
        }
        findings.none("EVALSHA that failed after SCRIPT LOAD, of " + SCRIPTS, wrong);
    }
}
