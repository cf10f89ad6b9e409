package io.quarkiverse.redis.multiplexer.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/**
 * One fault of a node after the other, in rounds of all kinds, while slots are moved. Which, in which order and for how long is
 * fixed by the seed; how many fit in depends on how long servers take. A primary only goes or changes while no slot is
 * being moved: of a slot that is left open, nobody but an administrator could make anything.
 */
final class ClusterChaos {

    private static final int SLOTS_PER_MINUTE = 5000;
    private static final int SHORTEST_MILLIS = 200;
    private static final int LONGEST_MILLIS = 1500;

    private final ClusterArena arena;
    private final RedisCluster cluster;
    private final Profile profile;
    private final Strikes strikes;
    private final SplittableRandom random;
    private final ReentrantLock roles = new ReentrantLock(true);
    private final Resharding resharding;

    ClusterChaos(ClusterArena arena, Profile profile, Strikes strikes, SplittableRandom random) {
        this.arena = arena;
        this.cluster = arena.cluster();
        this.profile = profile;
        this.strikes = strikes;
        this.random = random;
        this.resharding = new Resharding(cluster, roles, random.split());
    }

    int slotsMoved() {
        return resharding.moved();
    }

    /** Returns when the cluster is whole again. */
    void run() throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        ExecutorService mover = Executors.newSingleThreadExecutor();
        try {
            Future<?> moving = mover.submit(() -> moveSlots(start));
            Random order = new Random(random.nextLong());
            while (System.nanoTime() - start < profile.chaos().toNanos()) {
                List<ClusterFault> round = new ArrayList<>(Arrays.asList(ClusterFault.values()));
                Collections.shuffle(round, order);
                for (ClusterFault fault : round) {
                    if (System.nanoTime() - start < profile.chaos().toNanos() && (arena.hasProxies() || !fault.ofNetwork())) {
                        fault.strike(this, length());
                        pause(length() / 2);
                    }
                }
            }
            moving.get();
            cluster.awaitStable();
        } finally {
            mover.shutdownNow();
        }
    }

    private int length() {
        return random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS);
    }

    private void moveSlots(long start) {
        long total = SLOTS_PER_MINUTE * profile.chaos().toMillis() / TimeUnit.MINUTES.toMillis(1);
        while (resharding.moved() < total) {
            long due = start + profile.chaos().toNanos() / total * resharding.moved();
            LockSupport.parkNanos(due - System.nanoTime());
            resharding.moveSome((int) total - resharding.moved());
        }
    }

    void killUntilReplaced(ClusterFault fault) {
        whileNothingMoves(() -> {
            int node = primary();
            int replica = replicaOf(node);
            Strike strike = strikes.begin(fault, slotsOf(node));
            cluster.node(node).kill();
            cluster.awaitPromotion(replica);
            strike.ended();
            pause(length());
            cluster.node(node).run();
        });
    }

    void restart(ClusterFault fault) {
        whileNothingMoves(() -> {
            int node = primary();
            Strike strike = strikes.begin(fault, slotsOf(node));
            cluster.node(node).kill();
            cluster.node(node).run();
            cluster.awaitService(node);
            strike.ended();
        });
    }

    void killReplica(ClusterFault fault, int millis) {
        if (arena.letsNodesMissMoves()) {
            restartReplica(fault, millis);
        } else {
            whileNothingMoves(() -> restartReplica(fault, millis));
        }
    }

    private void restartReplica(ClusterFault fault, int millis) {
        int replica = replicaOf(primary());
        Strike strike = strikes.begin(fault, new BitSet());
        cluster.node(replica).kill();
        pause(millis);
        cluster.node(replica).run();
        strike.ended();
    }

    void failover(ClusterFault fault) {
        whileNothingMoves(() -> {
            int node = primary();
            Strike strike = strikes.begin(fault, new BitSet());
            cluster.failover(replicaOf(node));
            strike.ended();
        });
    }

    void cutOff(ClusterFault fault, int millis, Consumer<FaultProxy> begin, Consumer<FaultProxy> end) {
        int node = primary();
        FaultProxy proxy = arena.proxy(node);
        Strike strike = strikes.begin(fault, slotsOf(node));
        begin.accept(proxy);
        pause(millis);
        end.accept(proxy);
        strike.ended();
        // When those that were being moved have arrived.
        whileNothingMoves(() -> strike.alsoStrikes(slotsOf(node)));
    }

    /** For clients: what they have not heard of yet is among them. */
    private BitSet slotsOf(int node) {
        BitSet slots = cluster.slotsOf(node);
        slots.or(resharding.leftLately(node));
        return slots;
    }

    private void whileNothingMoves(Runnable action) {
        roles.lock();
        try {
            cluster.awaitStable();
            action.run();
            cluster.awaitStable();
        } finally {
            roles.unlock();
        }
    }

    private int primary() {
        List<Integer> primaries = cluster.primaries();
        return primaries.get(random.nextInt(primaries.size()));
    }

    private int replicaOf(int primary) {
        return cluster.replicasOf(primary).get(0);
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
