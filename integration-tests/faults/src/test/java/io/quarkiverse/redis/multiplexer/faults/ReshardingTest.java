package io.quarkiverse.redis.multiplexer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

class ReshardingTest {

    private static final int PRIMARIES = 3;
    private static final int SLOTS = 20;

    /** What a client sends to a node whose slot has just left it fails with that node. */
    @Test
    void itTellsWhichSlotsClientsMayNotKnowToHaveLeft() {
        try (RedisCluster cluster = RedisCluster.start(RedisBinary.any(), PRIMARIES, 0)) {
            BitSet[] before = slots(cluster);
            Resharding resharding = new Resharding(cluster, new ReentrantLock(), new SplittableRandom(1));
            resharding.moveSome(SLOTS);
            BitSet[] after = slots(cluster);
            int left = 0;
            for (int node = 0; node < PRIMARIES; node++) {
                BitSet gone = before[node];
                gone.andNot(after[node]);
                left += gone.cardinality();
                assertEquals(gone, resharding.leftLately(node));
            }
            assertEquals(SLOTS, left);
        }
    }

    private static BitSet[] slots(RedisCluster cluster) {
        BitSet[] slots = new BitSet[PRIMARIES];
        for (int node = 0; node < PRIMARIES; node++) {
            slots[node] = cluster.slotsOf(node);
        }
        return slots;
    }
}
