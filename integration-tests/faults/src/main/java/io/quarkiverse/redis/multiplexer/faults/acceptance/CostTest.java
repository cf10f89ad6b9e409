package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;

import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.ClientKind;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** A command with keys on several nodes is one write to each; the slot of a key is the server's, and costs no memory. */
final class CostTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int KEYS = 100;
    private static final int CALLS = 1000;
    private static final int TOGETHER = 5;
    private static final int RANDOM_KEYS = 100_000;
    private static final int AT_ONCE = 1000;
    private static final int IN_FLIGHT = 16;
    private static final int PERCENT = 100;
    /** In hundredths: connections are also looked after. */
    private static final int MOST_READS = 105;
    private static final Pattern READS = Pattern.compile("total_reads_processed:(\\d+)");

    @Override
    public String name() {
        return "A8";
    }

    @Override
    public String idea() {
        return "MGET of 100 keys on 3 nodes: reads of each server, throughput; slots of 100,000 random keys";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 0);
        List<String> keys = ShardKeys.anywhere(KEYS);
        try (Data data = new Data(cluster)) {
            data.set(keys, "value");
        }
        Contestant client = ground.client(cluster);
        Call call = Call.of(Verb.MGET, keys.toArray(String[]::new));
        Runnable one = () -> together(client, call, 1);
        for (int i = 0; i < AT_ONCE; i++) {
            one.run();
        }
        int calls = ground.size(CALLS, CALLS / 10);
        findings.atMost("reads of a server for 100 MGET, one after the other", PERCENT * reads(cluster, one, calls) / calls,
                MOST_READS);
        findings.atMost("reads of a server for 100 times 5 MGET sent at once",
                PERCENT * reads(cluster, () -> together(client, call, TOGETHER), calls) / calls, MOST_READS);
        findings.tell("MGET of 100 keys per second, 16 in flight", perSecond(client, call, ground.size(5, 1)));
        if (ground.kind() == ClientKind.multiplexer) {
            slots(ground, findings, cluster);
        }
    }

    /** In one turn of one event loop. */
    private static void together(Contestant client, Call call, int count) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        client.loops().get(0).execute(() -> CompletableFuture.allOf(IntStream.range(0, count)
                .mapToObj(i -> client.send(call).toCompletableFuture()).toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> end.complete(null)));
        end.orTimeout(Ground.DEADLINE.toSeconds() + 1, TimeUnit.SECONDS).join();
    }

    /** Of the server that has the most. */
    private static long reads(RedisCluster cluster, Runnable call, int calls) {
        List<RespClient> observers = IntStream.range(0, PRIMARIES).mapToObj(node -> cluster.node(node).client()).toList();
        try {
            long[] before = observers.stream().mapToLong(CostTest::reads).toArray();
            for (int i = 0; i < calls; i++) {
                call.run();
            }
            return IntStream.range(0, PRIMARIES).mapToLong(node -> reads(observers.get(node)) - before[node] - 1).max()
                    .orElseThrow();
        } finally {
            observers.forEach(RespClient::close);
        }
    }

    private static long reads(RespClient observer) {
        Matcher reads = READS.matcher((String) observer.call("INFO", "stats"));
        return reads.find() ? Long.parseLong(reads.group(1)) : 0;
    }

    private static long perSecond(Contestant client, Call call, int seconds) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (int i = 0; i < IN_FLIGHT; i++) {
            CompletableFuture<Void> last = new CompletableFuture<>();
            ends.add(last);
            again(client, call, done, end, last);
        }
        Answers.await(() -> CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).thenApply(all -> all));
        return done.get() / seconds;
    }

    private static void again(Contestant client, Call call, AtomicLong done, long end, CompletableFuture<Void> last) {
        client.loops().get(0).execute(() -> client.send(call).whenComplete((value, failure) -> {
            done.addAndGet(failure == null ? 1 : 0);
            if (System.nanoTime() - end >= 0) {
                last.complete(null);
            } else {
                again(client, call, done, end, last);
            }
        }));
    }

    private static void slots(Ground ground, Findings findings, RedisCluster cluster) {
        SplittableRandom random = ground.random();
        List<String> keys = new ArrayList<>(List.of("{}", "{}{a}", "a{b", "a}{b}", "{a}b", "a{}b{c}", "{", "}", "{{a}}"));
        int count = ground.size(RANDOM_KEYS, RANDOM_KEYS / 10);
        while (keys.size() < count) {
            keys.add(random.ints(1 + random.nextInt(20), ' ', '~' + 1).collect(StringBuilder::new,
                    StringBuilder::appendCodePoint, StringBuilder::append).toString());
        }
        long wrong = 0;
        for (int from = 0; from < keys.size(); from += AT_ONCE) {
            wrong += wrong(cluster, keys.subList(from, Math.min(keys.size(), from + AT_ONCE)));
        }
        findings.tell("random keys", keys.size());
        findings.atMost("slots that are not those of CLUSTER KEYSLOT", wrong, 0);
        findings.atMost("bytes allocated for the slots of all of them", allocated(keys), 0);
    }

    @SuppressWarnings("unchecked")
    private static long wrong(RedisCluster cluster, List<String> keys) {
        try (RespClient client = cluster.node(0).client()) {
            String[] replies = client.callRaw(keys.stream().map(key -> List.of("CLUSTER", "KEYSLOT", key))
                    .toArray(List[]::new)).split("\r\n");
            return IntStream.range(0, keys.size()).filter(i -> !replies[i].equals(":" + slot(bytes(keys.get(i))))).count();
        }
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private static int slot(byte[] key) {
        return Slot.of(key, 0, key.length);
    }

    private static long allocated(List<String> keys) {
        byte[][] all = keys.stream().map(CostTest::bytes).toArray(byte[][]::new);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        long least = Long.MAX_VALUE;
        for (int round = 0; round < TOGETHER; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (byte[] key : all) {
                sum += slot(key);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return sum < 0 ? sum : least;
    }
}
