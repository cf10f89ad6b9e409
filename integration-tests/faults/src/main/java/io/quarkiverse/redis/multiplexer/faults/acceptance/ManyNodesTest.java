package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.PooledByteBufAllocator;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** A cluster of 50 primaries: what each node costs the client, and how often nodes are asked about the cluster. */
final class ManyNodesTest implements AcceptanceTest {

    private static final int PRIMARIES = 50;
    private static final int KEYS = 10_000;
    private static final int KILO = 1024;

    @Override
    public String name() {
        return "A9-many";
    }

    @Override
    public String idea() {
        return "a cluster of 50 primaries: connections, questions, memory";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        int primaries = ground.size(PRIMARIES, 8);
        RedisCluster cluster = ground.cluster(primaries, 0);
        List<List<String>> keys = List.of(ShardKeys.anywhere(KEYS));
        long heapBefore = heap();
        long directBefore = direct();
        try (TopologyQueries queries = new TopologyQueries(cluster, ground.kind())) {
            long nobody = queries.count();
            load(ground, findings, ground.client(cluster), keys);
            findings.tell("questions of a client that begins", queries.count() - nobody);
            long before = queries.count();
            int idle = ground.size(60, 3);
            TimeUnit.SECONDS.sleep(idle);
            findings.atMost("questions in " + idle + " s without anything", queries.count() - before, 1);
            findings.tell("primaries", primaries);
            findings.atMost("connections", Connections.ofClients(cluster), (long) primaries * Ground.LOOPS + 1);
        }
        findings.tell("heap for each node, kB", (heap() - heapBefore) / KILO / primaries);
        findings.tell("direct memory for each node, kB", (direct() - directBefore) / KILO / primaries);
    }

    private static void load(Ground ground, Findings findings, Contestant client, List<List<String>> keys)
            throws InterruptedException {
        Callers callers = Callers.start(client, keys, ground.random());
        callers.awaitWarm();
        TimeUnit.SECONDS.sleep(ground.size(10, 1));
        callers.stop();
        Judge judge = new Judge(findings, callers);
        judge.noFailures();
        judge.nothingLate();
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** What Netty has allocated, and other buffers. */
    private static long direct() {
        long pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
        return pools + PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }
}
