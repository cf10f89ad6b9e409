package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** Moves slots as Valkey 9 does by itself: CLUSTER MIGRATESLOTS. */
final class AtomicMoves {

    private static final int AT_ONCE = 50;
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final RedisCluster cluster;

    AtomicMoves(RedisCluster cluster) {
        this.cluster = cluster;
    }

    /** From each primary in turn to the next one. */
    void move(int slots) throws InterruptedException {
        int primaries = cluster.primaries().size();
        for (int moved = 0, turn = 0; moved < slots; moved += AT_ONCE, turn++) {
            int source = turn % primaries;
            int target = (source + 1) % primaries;
            int first = firstOfRun(source);
            cluster.call(source, "CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", String.valueOf(first),
                    String.valueOf(first + AT_ONCE - 1), "NODE", cluster.id(target));
            awaitOwner(first, target);
        }
    }

    private int firstOfRun(int node) {
        var slots = cluster.slotsOf(node);
        int first = slots.nextSetBit(0);
        while (slots.nextClearBit(first) - first < AT_ONCE) {
            first = slots.nextSetBit(slots.nextClearBit(first));
        }
        return first;
    }

    private void awaitOwner(int slot, int target) throws InterruptedException {
        long start = System.nanoTime();
        while (!cluster.slotsOf(target).get(slot)) {
            if (System.nanoTime() - start > TIMEOUT_NANOS) {
                throw new IllegalStateException("Slot " + slot + " did not move");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        cluster.awaitAgreement();
    }
}
