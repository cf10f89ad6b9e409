package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** Those who wait for elements go on waiting at the new owner, when the slot of their list moves or its primary is replaced. */
final class BlockingTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int WAITING = 50;
    private static final int ELEMENTS = 10_000;
    private static final int CHANGES = 20;
    private static final String SECONDS = "2";
    /** Our client has 32 connections for waiting: others of the 50 begin to wait when these have ended. */
    private static final long LONGEST_MILLIS = 8_000;

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
        Poppers poppers = Poppers.start(ground.client(cluster), WAITING, SECONDS);
        int elements = ground.size(ELEMENTS, ELEMENTS / 10);
        int changes = ground.size(CHANGES, 4);
        for (int change = 0; change < changes; change++) {
            CompletableFuture<Void> changing = change(cluster, change);
            poppers.push(elements * (change + 1) / changes);
            changing.join();
            cluster.awaitStable();
        }
        poppers.awaitPopped();
        long start = System.nanoTime();
        poppers.stop();
        poppers.awaitEnd();
        findings.within("the last one stops waiting after, ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
                ground.isFull() ? LONGEST_MILLIS : 2 * LONGEST_MILLIS);
        findings.tell("changes", changes);
        poppers.judge(findings);
    }

    /** In turn. */
    private static CompletableFuture<Void> change(RedisCluster cluster, int number) {
        int slot = cluster.slot(Poppers.LIST);
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
}
