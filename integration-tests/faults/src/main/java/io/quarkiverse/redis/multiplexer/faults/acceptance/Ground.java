package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

import io.quarkiverse.redis.multiplexer.faults.ClientKind;
import io.quarkiverse.redis.multiplexer.faults.ClientSetup;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.faults.LimitedContestant;
import io.quarkiverse.redis.multiplexer.faults.Profile;
import io.quarkiverse.redis.multiplexer.faults.ServerTopology;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/** Where a test takes place: it has servers and clients of the kind in question made here, and they end with it. */
final class Ground implements AutoCloseable {

    static final Duration DEADLINE = Duration.ofSeconds(10);
    /** Of ours: after so long without an answer, a connection is given up. */
    static final Duration LIVENESS_TIMEOUT = Duration.ofSeconds(3);
    static final int LOOPS = 2;
    /** Of the servers' nodes, in milliseconds: after so long, they take another one for dead. */
    static final int NODE_TIMEOUT = 2000;

    private static final String HOST = "127.0.0.1";
    /** Of sentinels, in milliseconds: for twice as long after a failover, they don't begin another by themselves. */
    private static final int FAILOVER_TIMEOUT = 2000;
    /** With more in flight, the stock client of a cluster answers nothing any more. */
    private static final int STOCK_IN_FLIGHT = 8;
    private static final Profile PROFILE = new Profile(Duration.ZERO, DEADLINE, LIVENESS_TIMEOUT, Duration.ZERO,
            Duration.ZERO, 0, LOOPS, 0, 0, false);

    private final ClientKind kind;
    private final RedisBinary binary;
    private final boolean slice;
    private final SplittableRandom random;
    /** What ends what has been made here, the last one first. */
    private final Deque<Runnable> ends = new ArrayDeque<>();

    /** @param slice whether there are only seconds for it */
    Ground(ClientKind kind, RedisBinary binary, boolean slice, long seed) {
        this.kind = kind;
        this.binary = binary;
        this.slice = slice;
        this.random = new SplittableRandom(seed);
    }

    ClientKind kind() {
        return kind;
    }

    RedisBinary binary() {
        return binary;
    }

    SplittableRandom random() {
        return random.split();
    }

    /** Whether times are held against their limits: a slice may be one of many things that the machine does. */
    boolean isFull() {
        return !slice;
    }

    /** How much of something there is. */
    int size(int full, int ofSlice) {
        return slice ? ofSlice : full;
    }

    /** @param replicas of each primary */
    RedisCluster cluster(int primaries, int replicas, String... arguments) {
        RedisCluster cluster = RedisCluster.start(binary, primaries, replicas, arguments);
        ends.push(cluster::close);
        return cluster;
    }

    /**
     * A primary with replicas, and sentinels that watch them and can have one failover soon after the other.
     *
     * @param sentinels 0 for none
     */
    RedisSentinels primary(int replicas, int sentinels, String... arguments) {
        return primary(replicas, sentinels, List.of(), arguments);
    }

    /** @param configuration of every sentinel, in addition, in lines */
    RedisSentinels primary(int replicas, int sentinels, List<String> configuration, String... arguments) {
        List<String> lines = new ArrayList<>(configuration);
        lines.add("sentinel failover-timeout " + RedisSentinels.NAME + " " + FAILOVER_TIMEOUT);
        RedisSentinels servers = RedisSentinels.start(binary, replicas, sentinels, lines, arguments);
        ends.push(servers::close);
        return servers;
    }

    /** Has something end with the ground. */
    <T extends AutoCloseable> T keep(T resource) {
        ends.push(() -> {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        return resource;
    }

    Contestant client(RedisCluster cluster) {
        return client(cluster.urls());
    }

    /** @param urls of the nodes that it is told of */
    Contestant client(List<String> urls) {
        return client(ClientSetup.of(ServerTopology.cluster, urls));
    }

    /** Of whoever is the primary. */
    Contestant client(RedisSentinels servers) {
        boolean watched = !servers.sentinels().isEmpty();
        return client(ClientSetup.of(watched ? ServerTopology.sentinel : ServerTopology.replication,
                watched ? servers.sentinelUrls() : servers.urls()));
    }

    /** Has a client of its own be answered, so that no other one is judged by how long classes take to load. */
    void warmUp(RedisSentinels servers) throws InterruptedException {
        new Answers(client(servers)).of(Verb.GET, "key");
    }

    Contestant client(ClientSetup setup) {
        Contestant free = kind.create(setup, HOST, PROFILE);
        boolean limited = kind == ClientKind.stock && setup.topology() == ServerTopology.cluster;
        Contestant client = limited ? new LimitedContestant(free, STOCK_IN_FLIGHT, DEADLINE) : free;
        ends.push(() -> {
            client.close();
            client.endLoops();
        });
        return client;
    }

    @Override
    public void close() {
        while (!ends.isEmpty()) {
            ends.pop().run();
        }
    }
}
