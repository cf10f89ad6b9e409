package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** Scripts that write, while primaries are demoted: READONLY, which is inside the text of their error, reaches nobody. */
final class ScriptsTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int FAILOVERS = 20;
    private static final int CALLERS = 12;
    private static final String SCRIPT = "return redis.call('INCR', KEYS[1])";

    @Override
    public String name() {
        return "A11";
    }

    @Override
    public String idea() {
        return "EVAL of a script that writes, during 20 CLUSTER FAILOVER";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 1);
        Answers answers = new Answers(ground.client(cluster));
        List<String> failures = Collections.synchronizedList(new ArrayList<>());
        AtomicLong done = new AtomicLong();
        Crew crew = new Crew();
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            String key = ShardKeys.ofShard(i % PRIMARIES, PRIMARIES, "counter:" + i + ":", 1).get(0);
            keys.add(key);
            crew.add(() -> {
                Object answer = answers.of(Verb.EVAL, SCRIPT, "1", key);
                if (answer instanceof Throwable) {
                    failures.add(Answers.words(answer));
                } else {
                    done.incrementAndGet();
                }
                TimeUnit.MILLISECONDS.sleep(2);
            });
        }
        int failovers = ground.size(FAILOVERS, 3);
        for (int i = 0; i < failovers; i++) {
            TimeUnit.MILLISECONDS.sleep(200);
            List<Integer> primaries = cluster.primaries();
            cluster.failover(cluster.replicasOf(primaries.get(i % PRIMARIES)).get(0));
            cluster.awaitStable();
        }
        crew.stop(findings);
        findings.tell("failovers", failovers);
        findings.tell("scripts", done.get());
        findings.atMost("READONLY",
                failures.stream().filter(failure -> failure.contains("READONLY") || failure.contains("read only")).count(), 0);
        findings.none("failures", failures);
        try (Data data = new Data(cluster)) {
            long stored = keys.stream().map(key -> data.call("GET", key)).mapToLong(value -> Long.parseLong((String) value))
                    .sum();
            findings.exactly("sum of what they have counted, less what callers were told", stored - done.get(), 0L);
        }
    }
}
