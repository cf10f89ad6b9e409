package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.quarkiverse.redis.multiplexer.faults.ClientKind;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * How often clients have asked the nodes of a cluster about it, by INFO commandstats. Those who move slots ask otherwise. A
 * question of Lettuce is an INFO with each node; what is asked here is left out.
 */
final class TopologyQueries implements AutoCloseable {

    private static final long INTERVAL_MILLIS = 500;
    private static final int WINDOW_SECONDS = 10;
    private static final Pattern SLOTS = Pattern.compile("cmdstat_cluster\\|(?:slots|shards):calls=(\\d+)");
    private static final Pattern INFO = Pattern.compile("cmdstat_info:calls=(\\d+)");

    private record Sample(long at, long count) {
    }

    private final RedisCluster cluster;
    private final ClientKind kind;
    private final Deque<Sample> window = new ArrayDeque<>();
    private final Thread watch = new Thread(this::watch, "topology-queries");
    private long asked;
    private long most;
    private volatile boolean stopping;

    TopologyQueries(RedisCluster cluster, ClientKind kind) {
        this.cluster = cluster;
        this.kind = kind;
        watch.setDaemon(true);
    }

    /** So far. */
    synchronized long count() {
        long sum = 0;
        for (RedisServer node : cluster.nodes()) {
            if (node.isAlive()) {
                try (RespClient client = node.client()) {
                    sum += count((String) client.call("INFO", "commandstats"));
                }
                asked++;
            }
        }
        return kind == ClientKind.lettuce ? sum - asked : sum;
    }

    private long count(String stats) {
        Matcher calls = (kind == ClientKind.lettuce ? INFO : SLOTS).matcher(stats);
        long sum = 0;
        while (calls.find()) {
            sum += Long.parseLong(calls.group(1));
        }
        // The one that asks is counted when it has ended.
        return kind == ClientKind.lettuce ? sum + 1 : sum;
    }

    /** Begins to look for the {@linkplain #mostInTenSeconds() worst 10 seconds}. */
    void startWatching() {
        watch.start();
    }

    private void watch() {
        while (!stopping) {
            long now = System.nanoTime();
            Sample sample = new Sample(now, count());
            window.addLast(sample);
            while (now - window.peekFirst().at > TimeUnit.SECONDS.toNanos(WINDOW_SECONDS)) {
                window.removeFirst();
            }
            most = Math.max(most, sample.count - window.peekFirst().count);
            try {
                TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Ends to look. */
    long mostInTenSeconds() throws InterruptedException {
        stopping = true;
        watch.join();
        return most;
    }

    @Override
    public void close() {
        stopping = true;
    }
}
