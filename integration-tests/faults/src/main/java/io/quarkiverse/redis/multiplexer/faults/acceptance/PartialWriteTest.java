package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.quarkiverse.redis.multiplexer.PartialWriteException;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.vertx.core.buffer.Buffer;

/** MSET while a shard has no node: the caller learns which keys have been written and which have not. */
final class PartialWriteTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int DEAD = 1;
    private static final int KEYS = 30;

    @Override
    public String name() {
        return "A7-partial";
    }

    @Override
    public String idea() {
        return "MSET of 30 keys with one shard down";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 0, "--cluster-require-full-coverage", "no");
        Answers answers = new Answers(ground.client(cluster));
        List<String> keys = ShardKeys.anywhere(KEYS);
        answers.of(Verb.MSET, pairs(keys, "before"));
        cluster.node(DEAD).kill();
        long start = System.nanoTime();
        Object answer = answers.of(Verb.MSET, pairs(keys, "after"));
        findings.within("answered after, ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
                Ground.DEADLINE.toMillis() + 1000);
        findings.tell("answer", Answers.words(answer));
        findings.exactly("tells the keys", answer instanceof PartialWriteException, true);
        if (answer instanceof PartialWriteException told) {
            Set<String> written = new HashSet<>(written(cluster, keys));
            findings.exactly("written keys are those that it names", names(told.written()).equals(written), true);
            Set<String> others = new HashSet<>(names(told.notWritten()));
            others.addAll(names(told.perhapsWritten()));
            Set<String> dead = keys.stream().filter(key -> ShardKeys.shardOf(key, PRIMARIES) == DEAD)
                    .collect(Collectors.toSet());
            findings.exactly("keys that may not be written are those of the shard", others.equals(dead), true);
            findings.tell("of these, sent and not answered", told.perhapsWritten().size());
        }
    }

    private static String[] pairs(List<String> keys, String value) {
        List<String> pairs = new ArrayList<>();
        keys.forEach(key -> pairs.addAll(List.of(key, value)));
        return pairs.toArray(String[]::new);
    }

    private static Set<String> names(List<Buffer> keys) {
        return keys.stream().map(Buffer::toString).collect(Collectors.toSet());
    }

    private static List<String> written(RedisCluster cluster, List<String> keys) {
        return keys.stream().filter(key -> ShardKeys.shardOf(key, PRIMARIES) != DEAD)
                .filter(key -> "after".equals(cluster.call(ShardKeys.shardOf(key, PRIMARIES), "GET", key))).toList();
    }
}
