package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.faults.ClientSetup;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.ServerTopology;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.redis.client.RedisReplicas;

/**
 * Reads go to replicas, and never to one that is not fit: that has lost its primary, and would refuse or tell what was there
 * before; that is loading; or that is dead. None fails, and with no replica left primaries answer.
 */
final class ReplicaReadsTest implements AcceptanceTest {

    private static final int KEYS = 300;
    /** Each replica is asked every two and a half seconds at least, and may take one to answer. */
    private static final long FOUND_OUT_MILLIS = 4000;
    private static final int DELAY_MICROS = 5_000;
    private static final String FIRST_VALUE = "1";
    private static final String SECOND_VALUE = "2";

    @Override
    public String name() {
        return "A13";
    }

    @Override
    public String idea() {
        return "replicas=always: a replica without its primary, a loading one, and then all of them are killed";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        int primaries = ground.size(3, 1);
        RedisCluster cluster = ground.cluster(primaries, 1, "--replica-serve-stale-data", "no");
        List<String> keys = ShardKeys.anywhere(KEYS);
        set(cluster, keys, FIRST_VALUE);
        Contestant client = ground.client(
                ClientSetup.of(ServerTopology.cluster, cluster.urls()).withReplicas(RedisReplicas.ALWAYS));
        List<RedisServer> replicas = cluster.nodes().subList(primaries, cluster.nodes().size());
        Readers readers = Readers.start(client, keys, FIRST_VALUE, ground.random());
        await(() -> replicas.stream().allMatch(replica -> CommandCounts.calls(replica, "get") > 100));
        int some = ground.size(3000, 500);
        readers.awaitMore(some);
        connections(findings, replicas);
        masterDown(findings, cluster, primaries, readers, some);
        loading(findings, cluster.node(primaries), readers);
        stale(findings, cluster, primaries, keys, readers, some);
        deaths(findings, replicas, client, readers, some);
        readers.stop(findings);
    }

    private static void set(RedisCluster cluster, List<String> keys, String value) {
        try (Data data = new Data(cluster)) {
            data.set(keys, value);
        }
        for (int primary : cluster.primaries()) {
            cluster.node(primary).awaitReplicas();
        }
    }

    /** That they only read, they say once. */
    private static void connections(Findings findings, List<RedisServer> replicas) {
        long told = 0;
        long reading = 0;
        for (RedisServer replica : replicas) {
            try (RespClient observer = replica.client()) {
                reading += observer.connections().stream().filter(line -> line.contains("flags=r ")).count();
            }
            told += CommandCounts.calls(replica, "readonly");
        }
        findings.tell("connections to replicas", reading);
        findings.exactly("READONLY sent", told, reading);
    }

    /** It answers MASTERDOWN. */
    private static void masterDown(Findings findings, RedisCluster cluster, int replica, Readers readers, int some)
            throws InterruptedException {
        cutOff(cluster, replica);
        readers.awaitMore(some);
        findings.tell("reads refused by a replica without its primary", CommandCounts.refused(cluster.node(replica), "get"));
        join(cluster, replica);
    }

    private static void loading(Findings findings, RedisServer replica, Readers readers) throws InterruptedException {
        if (replica.isRedis6()) {
            findings.tell("reads refused by a loading replica", "Redis 6 answers nothing while it loads so little");
            return;
        }
        long refused = CommandCounts.refused(replica, "get");
        try (RespClient client = replica.client()) {
            client.call("CONFIG", "SET", "loading-process-events-interval-bytes", "1024");
            client.call("CONFIG", "SET", "key-load-delay", String.valueOf(DELAY_MICROS));
            client.call("DEBUG", "RELOAD");
            client.call("CONFIG", "SET", "key-load-delay", "0");
        }
        readers.awaitMore(100);
        findings.tell("reads refused by a loading replica", CommandCounts.refused(replica, "get") - refused);
    }

    /** It answers, with what was there before. */
    private static void stale(Findings findings, RedisCluster cluster, int replica, List<String> keys, Readers readers,
            int some)
            throws InterruptedException {
        cluster.call(replica, "CONFIG", "SET", "replica-serve-stale-data", "yes");
        long before = CommandCounts.calls(cluster.node(replica), "get");
        await(() -> CommandCounts.calls(cluster.node(replica), "get") > before);
        cutOff(cluster, replica);
        set(cluster, keys, SECOND_VALUE);
        readers.expect(SECOND_VALUE);
        TimeUnit.MILLISECONDS.sleep(FOUND_OUT_MILLIS);
        long others = readers.others();
        long calls = CommandCounts.calls(cluster.node(replica), "get");
        readers.awaitMore(some);
        findings.tell("old values read in the first " + FOUND_OUT_MILLIS + " ms", others);
        findings.atMost("old values read later", readers.others() - others, 0);
        findings.atMost("reads answered later by a replica without its primary",
                CommandCounts.calls(cluster.node(replica), "get") - calls, 0);
        join(cluster, replica);
    }

    private static void deaths(Findings findings, List<RedisServer> replicas, Contestant client, Readers readers, int some)
            throws InterruptedException {
        long before = client.fallbackReads().orElse(0);
        for (RedisServer replica : replicas) {
            readers.awaitMore(some);
            replica.kill();
        }
        long killed = readers.succeeded();
        readers.awaitMore(some);
        findings.atLeast("reads with no replica left", readers.succeeded() - killed, some);
        if (client.fallbackReads().isPresent()) {
            findings.atLeast("reads counted as answered by primaries instead", client.fallbackReads().orElseThrow() - before,
                    some);
        }
    }

    /** The primary goes on, and so do its clients. */
    private static void cutOff(RedisCluster cluster, int replica) throws InterruptedException {
        cluster.call(replica, "CONFIG", "SET", "masterauth", "wrong");
        int primary = IntStream.range(0, replica).filter(node -> cluster.isPrimary(node)
                && cluster.replicasOf(node).contains(replica)).findFirst().orElseThrow();
        cluster.call(primary, "CLIENT", "KILL", "TYPE", "replica");
        await(() -> hasLink(cluster, replica, "down"));
    }

    private static void join(RedisCluster cluster, int replica) throws InterruptedException {
        cluster.call(replica, "CONFIG", "SET", "masterauth", "");
        await(() -> hasLink(cluster, replica, "up"));
    }

    private static boolean hasLink(RedisCluster cluster, int replica, String state) {
        return ((String) cluster.call(replica, "INFO", "replication")).contains("master_link_status:" + state);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > Ground.DEADLINE.toNanos()) {
                throw new IllegalStateException("What a test waits for does not happen");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
