package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.quarkiverse.redis.multiplexer.faults.ClientKind;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.LimitedContestant;
import io.quarkiverse.redis.multiplexer.faults.Profile;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** Where a test takes place: it has clusters and clients of the kind in question made here, and they end with it. */
final class Ground implements AutoCloseable {

    static final Duration DEADLINE = Duration.ofSeconds(10);
    /** Of ours: after so long without an answer, a connection is given up. */
    static final Duration LIVENESS_TIMEOUT = Duration.ofSeconds(3);
    static final int LOOPS = 2;
    /** Of the servers' nodes, in milliseconds: after so long, they take another one for dead. */
    static final int NODE_TIMEOUT = 2000;

    /** With more in flight, the stock client answers nothing any more. */
    private static final int STOCK_IN_FLIGHT = 8;
    private static final Profile PROFILE = new Profile(Duration.ZERO, DEADLINE, LIVENESS_TIMEOUT, Duration.ZERO,
            Duration.ZERO, 0, LOOPS, 0, 0, false);

    private final ClientKind kind;
    private final RedisBinary binary;
    private final boolean slice;
    private final SplittableRandom random;
    private final List<Contestant> clients = new ArrayList<>();
    private final List<RedisCluster> clusters = new ArrayList<>();

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

    /** How much of something there is. */
    int size(int full, int ofSlice) {
        return slice ? ofSlice : full;
    }

    /** @param replicas of each primary */
    RedisCluster cluster(int primaries, int replicas, String... arguments) {
        RedisCluster cluster = RedisCluster.start(binary, primaries, replicas, arguments);
        clusters.add(cluster);
        return cluster;
    }

    Contestant client(RedisCluster cluster) {
        return client(cluster.urls());
    }

    /** @param urls of the nodes that it is told of */
    Contestant client(List<String> urls) {
        Contestant free = kind.create(urls, "127.0.0.1", PROFILE);
        Contestant client = kind == ClientKind.stock ? new LimitedContestant(free, STOCK_IN_FLIGHT, DEADLINE) : free;
        clients.add(client);
        return client;
    }

    @Override
    public void close() {
        for (Contestant client : clients) {
            client.close();
            client.endLoops();
        }
        clusters.forEach(RedisCluster::close);
    }
}
