package io.quarkiverse.redis.multiplexer.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.quarkiverse.redis.multiplexer.test.RedisServer;

/**
 * One fault of a primary, its replicas or its sentinels after the other, in rounds of all kinds. Which, in which order and for
 * how long is fixed by the seed; how many fit in depends on how long servers take.
 */
final class PrimaryChaos {

    private static final int SHORTEST_MILLIS = 200;
    private static final int LONGEST_MILLIS = 1500;
    /** How long an old primary takes itself for one when its clients should know better. */
    private static final int STRAY_MILLIS = 500;

    private final PrimaryArena arena;
    private final RedisSentinels servers;
    private final Profile profile;
    private final Strikes strikes;
    private final SplittableRandom random;

    PrimaryChaos(PrimaryArena arena, Profile profile, Strikes strikes, SplittableRandom random) {
        this.arena = arena;
        this.servers = arena.servers();
        this.profile = profile;
        this.strikes = strikes;
        this.random = random;
    }

    /** Returns when all is whole again. */
    void run() {
        long start = System.nanoTime();
        Random order = new Random(random.nextLong());
        while (System.nanoTime() - start < profile.chaos().toNanos()) {
            List<PrimaryFault> round = new ArrayList<>(Arrays.asList(PrimaryFault.values()));
            round.removeIf(fault -> !fault.happensTo(arena.topology()));
            Collections.shuffle(round, order);
            for (PrimaryFault fault : round) {
                if (System.nanoTime() - start < profile.chaos().toNanos()) {
                    fault.strike(this, length());
                    servers.awaitStable();
                    pause(length() / 2);
                }
            }
        }
    }

    private int length() {
        return random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS);
    }

    void killUntilReplaced(PrimaryFault fault) {
        int old = primary();
        Strike strike = begin(fault);
        servers.server(old).kill();
        int successor = successor(old);
        strike.ended();
        pause(length());
        servers.runAsReplica(old, successor);
    }

    void restart(PrimaryFault fault) {
        int primary = primary();
        Strike strike = begin(fault);
        servers.server(primary).kill();
        servers.runAsPrimary(primary);
        strike.ended();
    }

    void stopUntilReplaced(PrimaryFault fault) {
        int old = primary();
        servers.server(old).freeze();
        // It may answer until it is.
        Strike strike = begin(fault);
        int successor = successor(old);
        if (hasSentinels()) {
            strike.ended();
        }
        pause(length());
        servers.server(old).thaw();
        leave(old, successor);
        // Without sentinels, nobody could know before.
        strike.ended();
    }

    void stop(PrimaryFault fault, int millis) {
        RedisServer primary = servers.server(primary());
        Strike strike = begin(fault);
        primary.freeze();
        pause(millis);
        primary.thaw();
        strike.ended();
    }

    void killReplica(PrimaryFault fault, int millis) {
        int primary = primary();
        int replica = replicaOf(primary);
        Strike strike = begin(fault);
        servers.server(replica).kill();
        pause(millis);
        servers.runAsReplica(replica, primary);
        strike.ended();
    }

    void sentinelFailover(PrimaryFault fault) {
        int old = primary();
        Strike strike = begin(fault);
        int successor = servers.switchOver();
        strike.ended();
        leave(old, successor);
    }

    void failover(PrimaryFault fault) {
        int old = primary();
        int successor = replicaOf(old);
        Strike strike = begin(fault);
        servers.call(old, "FAILOVER", "TO", "127.0.0.1", String.valueOf(servers.server(successor).port()));
        while (!servers.isPrimary(successor)) {
            pause(1);
        }
        strike.ended();
        others(old, successor).forEach(i -> servers.replicate(i, successor));
    }

    void promote(PrimaryFault fault) {
        int successor = replicaOf(primary());
        Strike strike = begin(fault);
        servers.promote(successor);
        strike.ended();
    }

    void killSentinel(PrimaryFault fault, int millis) {
        Strike strike = begin(fault);
        withoutSentinel(() -> pause(millis));
        strike.ended();
    }

    /** One of them is dead meanwhile, any. */
    void withoutSentinel(Runnable action) {
        RedisServer sentinel = servers.sentinel(random.nextInt(servers.sentinels().size()));
        sentinel.kill();
        try {
            action.run();
        } finally {
            sentinel.run();
        }
    }

    void cutOffSentinels(PrimaryFault fault, int millis) {
        Strike strike = begin(fault);
        arena.sentinelProxies().cutOff();
        pause(millis);
        arena.sentinelProxies().reconnect();
        strike.ended();
    }

    void cutOff(PrimaryFault fault, int millis, Consumer<FaultProxy> begin, Consumer<FaultProxy> end) {
        FaultProxy proxy = arena.proxy(primary());
        Strike strike = begin(fault);
        begin.accept(proxy);
        pause(millis);
        end.accept(proxy);
        strike.ended();
    }

    /** All keys are the primary's. */
    private Strike begin(PrimaryFault fault) {
        BitSet slots = new BitSet();
        slots.set(0, Slots.COUNT);
        return strikes.begin(fault, slots);
    }

    /** Returns when sentinels have made another server the primary; if there are none, somebody does, after a while. */
    private int successor(int old) {
        if (hasSentinels()) {
            return servers.awaitOther(old);
        }
        pause(length());
        int successor = replicaOf(old);
        servers.call(successor, "REPLICAOF", "NO", "ONE");
        others(old, successor).forEach(i -> servers.replicate(i, successor));
        return successor;
    }

    /** Does to an old primary what sentinels do, but sooner: when all clients should have heard of its successor from them. */
    private void leave(int old, int successor) {
        if (hasSentinels()) {
            pause((int) PrimaryFault.TOLD.toMillis() + STRAY_MILLIS);
        }
        servers.demote(old, successor);
    }

    private boolean hasSentinels() {
        return arena.topology() == ServerTopology.sentinel;
    }

    private int primary() {
        return servers.primary();
    }

    private int replicaOf(int primary) {
        int others = servers.servers().size() - 1;
        return (primary + 1 + random.nextInt(others)) % (others + 1);
    }

    private IntStream others(int one, int other) {
        return IntStream.range(0, servers.servers().size()).filter(i -> i != one && i != other);
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
