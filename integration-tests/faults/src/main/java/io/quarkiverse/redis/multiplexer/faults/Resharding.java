package io.quarkiverse.redis.multiplexer.faults;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * Moves slots with their keys, one after the other, as {@code redis-cli --cluster reshard} does, but on connections that it
 * keeps: as fast as servers can.
 */
public final class Resharding {

    /** Neighbours; then it waits until all nodes know. */
    private static final int BATCH = 50;
    private static final String MOST_KEYS = "1000";
    private static final long HEARING_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Clients hear of a slot that has been moved when somebody needs it, or another one that has. */
    private static final long NEWS_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Moments are those of {@link System#nanoTime()}. */
    private record Departure(int slot, int source, long moment) {
    }

    private final RedisCluster cluster;
    private final Lock lock;
    private final SplittableRandom random;
    private final Queue<Departure> departures = new ConcurrentLinkedQueue<>();
    private int moved;

    /** @param lock keeps primaries from changing meanwhile */
    public Resharding(RedisCluster cluster, Lock lock, SplittableRandom random) {
        this.cluster = cluster;
        this.lock = lock;
        this.random = random;
    }

    public int moved() {
        return moved;
    }

    /** Slots that clients may take for this node's still, though another one has them now. */
    BitSet leftLately(int source) {
        long now = System.nanoTime();
        BitSet slots = new BitSet();
        departures.stream().filter(departure -> departure.source == source && now - departure.moment <= NEWS_NANOS)
                .forEach(departure -> slots.set(departure.slot));
        return slots;
    }

    /** From the primary with the most slots to any other one. */
    public void moveSome(int limit) {
        lock.lock();
        try {
            List<Integer> primaries = cluster.primaries();
            int source = Collections.max(primaries, Comparator.comparingInt(node -> cluster.slotsOf(node).cardinality()));
            List<Integer> targets = primaries.stream().filter(node -> node != source).toList();
            int[] slots = cluster.slotsOf(source).stream().toArray();
            int first = random.nextInt(slots.length);
            int[] some = Arrays.copyOfRange(slots, first, Math.min(slots.length, first + Math.min(BATCH, limit)));
            int target = targets.get(random.nextInt(targets.size()));
            List<RespClient> others = targets.stream().filter(node -> node != target).map(node -> cluster.node(node).client())
                    .toList();
            try {
                move(some, source, target, others);
            } finally {
                others.forEach(RespClient::close);
            }
            cluster.awaitAgreement();
        } finally {
            lock.unlock();
        }
    }

    /** @param others are told, so that nobody goes by an epoch that is not the latest one */
    private void move(int[] slots, int source, int target, List<RespClient> others) {
        String sourceId = cluster.id(source);
        String targetId = cluster.id(target);
        String port = String.valueOf(cluster.port(target));
        Optional<Integer> replica = cluster.replicasOf(target).stream().findFirst();
        try (RespClient from = cluster.node(source).client(); RespClient to = cluster.node(target).client()) {
            for (int number : slots) {
                String slot = String.valueOf(number);
                to.call("CLUSTER", "SETSLOT", slot, "IMPORTING", sourceId);
                from.call("CLUSTER", "SETSLOT", slot, "MIGRATING", targetId);
                for (List<?> keys; !(keys = (List<?>) from.call("CLUSTER", "GETKEYSINSLOT", slot, MOST_KEYS)).isEmpty();) {
                    List<String> words = new ArrayList<>(List.of("MIGRATE", "127.0.0.1", port, "", "0", "5000", "KEYS"));
                    keys.forEach(key -> words.add((String) key));
                    from.call(words.toArray(String[]::new));
                }
                departures.add(new Departure(number, source, System.nanoTime()));
                to.call("CLUSTER", "SETSLOT", slot, "NODE", targetId);
                replica.ifPresent(node -> awaitHearing(node, number, targetId));
                from.call("CLUSTER", "SETSLOT", slot, "NODE", targetId);
                others.forEach(other -> other.call("CLUSTER", "SETSLOT", slot, "NODE", targetId));
                moved++;
            }
        }
    }

    /**
     * On a machine that has a lot to do, servers replace a primary that nobody has killed. If its replica has not heard of the
     * slot then, and the source has given it up, nobody has it any more.
     */
    private void awaitHearing(int replica, int slot, String owner) {
        long start = System.nanoTime();
        try (RespClient client = cluster.node(replica).client()) {
            while (!cluster.hasHeard(client, slot, owner) && System.nanoTime() - start < HEARING_TIMEOUT_NANOS) {
                Thread.onSpinWait();
            }
        } catch (UncheckedIOException | IllegalStateException e) {
            // It has been killed, and is not back yet.
            return;
        }
    }
}
