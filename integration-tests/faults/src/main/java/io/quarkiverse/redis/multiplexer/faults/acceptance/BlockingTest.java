package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** Those who wait for elements go on waiting at the new owner, when the slot of their list moves or its primary is replaced. */
final class BlockingTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int WAITING = 50;
    private static final int ELEMENTS = 10_000;
    private static final int CHANGES = 20;
    private static final String SECONDS = "5";
    private static final String LIST = "list";

    private final List<String> popped = Collections.synchronizedList(new ArrayList<>());
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean stopping;

    @Override
    public String name() {
        return "A14";
    }

    @Override
    public String idea() {
        return "50 wait with BLPOP while the slot moves and its primary is replaced; 10,000 elements";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 1);
        Contestant client = ground.client(cluster);
        Answers answers = new Answers(client);
        List<CompletableFuture<Void>> ends = IntStream.range(0, WAITING).mapToObj(i -> startWaiting(client)).toList();
        int elements = ground.size(ELEMENTS, ELEMENTS / 10);
        int changes = ground.size(CHANGES, 4);
        int pushed = 0;
        List<String> pushFailures = new ArrayList<>();
        for (int change = 0; change < changes; change++) {
            CompletableFuture<Void> changing = change(cluster, change);
            int until = elements * (change + 1) / changes;
            for (; pushed < until; pushed++) {
                Object answer = answers.of(Verb.RPUSH, LIST, String.valueOf(pushed));
                if (answer instanceof Throwable) {
                    pushFailures.add(Answers.words(answer));
                }
            }
            changing.join();
            cluster.awaitStable();
        }
        awaitPopped(pushed);
        long start = System.nanoTime();
        stopping = true;
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(1, TimeUnit.MINUTES);
        findings.within("the last one stops waiting after, ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
                TimeUnit.SECONDS.toMillis(Long.parseLong(SECONDS)) + 2000);
        findings.tell("changes", changes);
        findings.tell("elements", pushed);
        findings.none("failed pushes", pushFailures);
        findings.none("failed BLPOP", failures);
        Map<String, Integer> times = new HashMap<>();
        popped.forEach(element -> times.merge(element, 1, Integer::sum));
        findings.atMost("elements never popped", pushed - times.size(), 0);
        findings.atMost("elements popped twice", times.values().stream().filter(count -> count > 1).count(), 0);
    }

    private CompletableFuture<Void> startWaiting(Contestant client) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        waitForOne(client, end);
        return end;
    }

    private void waitForOne(Contestant client, CompletableFuture<Void> end) {
        CompletableFuture<Object> reply;
        try {
            reply = client.send(Call.of(Verb.BLPOP, LIST, SECONDS)).toCompletableFuture();
        } catch (RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        reply.whenComplete((element, failure) -> {
            if (failure != null) {
                failures.add(Failures.words(Failures.cause(failure)));
            } else if (element != null) {
                popped.add((String) ((List<?>) element).get(1));
            }
            if (stopping) {
                end.complete(null);
            } else {
                CompletableFuture.runAsync(() -> waitForOne(client, end),
                        CompletableFuture.delayedExecutor(failure == null ? 0 : 50, TimeUnit.MILLISECONDS));
            }
        });
    }

    /** In turn. */
    private static CompletableFuture<Void> change(RedisCluster cluster, int number) {
        int slot = cluster.slot(LIST);
        int owner = cluster.owner(slot);
        List<Integer> primaries = cluster.primaries();
        return CompletableFuture.runAsync(() -> {
            if (number % 2 == 0) {
                cluster.moveSlot(slot, primaries.stream().filter(node -> node != owner).findFirst().orElseThrow());
            } else {
                cluster.failover(cluster.replicasOf(owner).get(0));
            }
        });
    }

    private void awaitPopped(int count) throws InterruptedException {
        long start = System.nanoTime();
        while (popped.size() < count && System.nanoTime() - start < Ground.DEADLINE.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
