package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** Commands with keys in many slots are answered as by one server: values in the order of the keys, and right sums. */
final class ManyKeysTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int CALLS = 10_000;
    private static final int SUMS = 1000;
    private static final int MOST = 200;
    private static final int NAMES = 2000;
    private static final List<Verb> COUNTING = List.of(Verb.EXISTS, Verb.TOUCH, Verb.UNLINK, Verb.DEL);

    @Override
    public String name() {
        return "A7-keys";
    }

    @Override
    public String idea() {
        return "10,000 random MGET of 1 to 200 keys, some twice or missing; sums of EXISTS, TOUCH, UNLINK, DEL; no MSETNX over slots";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 0);
        Contestant client = ground.client(cluster);
        Answers answers = new Answers(client);
        SplittableRandom random = ground.random();
        Map<String, String> model = new HashMap<>();
        fill(answers, model, random);
        getMany(answers, model, random, ground.size(CALLS, CALLS / 10), findings);
        count(answers, model, random, ground.size(SUMS, SUMS / 10), findings);
        refuse(cluster, answers, findings);
    }

    /** Every second one. */
    private static void fill(Answers answers, Map<String, String> model, SplittableRandom random) throws InterruptedException {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < NAMES; i += 2) {
            String value = "value:" + i + ":" + random.nextInt();
            model.put("key:" + i, value);
            pairs.addAll(List.of("key:" + i, value));
        }
        Object answer = answers.of(Verb.MSET, pairs.toArray(String[]::new));
        if (!"OK".equals(answer)) {
            throw new IllegalStateException("MSET: " + Answers.words(answer));
        }
    }

    private static String[] some(SplittableRandom random) {
        return IntStream.range(0, 1 + random.nextInt(MOST)).mapToObj(i -> "key:" + random.nextInt(NAMES))
                .toArray(String[]::new);
    }

    private static void getMany(Answers answers, Map<String, String> model, SplittableRandom random, int calls,
            Findings findings) throws InterruptedException {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            String[] keys = some(random);
            List<String> expected = new ArrayList<>();
            for (String key : keys) {
                expected.add(model.get(key));
            }
            Object answer = answers.of(Verb.MGET, keys);
            if (!Objects.equals(answer, expected)) {
                wrong.add(answer instanceof Throwable ? Answers.words(answer) : "a wrong value");
            }
        }
        findings.tell("MGET", calls);
        findings.none("MGET failed, or with values that are not those of its keys", wrong);
    }

    private static void count(Answers answers, Map<String, String> model, SplittableRandom random, int calls,
            Findings findings) throws InterruptedException {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            Verb verb = COUNTING.get(i % COUNTING.size());
            String[] keys = some(random);
            long expected = expected(verb, List.of(keys), model);
            Object answer = answers.of(verb, keys);
            if (!Objects.equals(answer, expected)) {
                wrong.add(verb + ": " + Answers.words(answer) + " instead of " + expected);
            }
            if (verb == Verb.DEL) {
                fill(answers, model, random);
            }
        }
        findings.none("wrong sums", wrong);
    }

    private static long expected(Verb verb, List<String> keys, Map<String, String> model) {
        if (verb == Verb.EXISTS || verb == Verb.TOUCH) {
            return keys.stream().filter(model::containsKey).count();
        }
        return new HashSet<>(keys).stream().filter(key -> model.remove(key) != null).count();
    }

    private static void refuse(RedisCluster cluster, Answers answers, Findings findings) throws InterruptedException {
        int accepted = 0;
        accepted += answers.of(Verb.MSETNX, "new:1", "1", "new:2", "2", "new:3", "3") instanceof Throwable ? 0 : 1;
        accepted += answers.of(Verb.SUNIONSTORE, "new:4", "set:5", "set:6", "set:7") instanceof Throwable ? 0 : 1;
        findings.atMost("MSETNX, SUNIONSTORE over several slots that were not refused", accepted, 0);
        try (Data data = new Data(cluster)) {
            long there = IntStream.range(1, 5).filter(i -> data.call("EXISTS", "new:" + i).equals(1L)).count();
            findings.atMost("keys that these have made", there, 0);
        }
    }
}
