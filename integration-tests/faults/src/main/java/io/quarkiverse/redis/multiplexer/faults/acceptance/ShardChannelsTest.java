package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Subscribing;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** Subscriptions to sharded channels follow their slots, and tell of what they may have missed. */
final class ShardChannelsTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int MOVES = 100;
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_GAP_MILLIS = 1000;
    private static final List<String> CHANNELS = IntStream.range(0, 50).mapToObj(i -> "channel:" + i).toList();

    private final Map<String, Long> sent = new HashMap<>();
    private final Map<Integer, RespClient> byPort = new HashMap<>();
    private final Map<String, Integer> ports = new HashMap<>();
    private volatile boolean stopping;

    @Override
    public String name() {
        return "A12";
    }

    @Override
    public String idea() {
        return "SSUBSCRIBE of 50 channels, 1,000 messages a second, slots moved in place 100 times";
    }

    @Override
    public Optional<String> obstacle(Ground ground) {
        return ground.binary() == RedisBinary.REDIS_6_2 ? Optional.of("Redis 6 has no sharded channels") : Optional.empty();
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 0);
        Contestant client = ground.client(cluster);
        Reception reception = new Reception();
        CompletableFuture.runAsync(() -> client.subscribe(Subscribing.SSUBSCRIBE, CHANNELS, reception))
                .get(2 * Ground.DEADLINE.toSeconds(), TimeUnit.SECONDS);
        CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> publish(cluster));
        int moves = ground.size(MOVES, 10);
        for (int move = 0; move < moves; move++) {
            TimeUnit.MILLISECONDS.sleep(50);
            int slot = cluster.slot(CHANNELS.get(move % CHANNELS.size()));
            cluster.moveSlot(slot, (cluster.owner(slot) + 1) % PRIMARIES);
            cluster.awaitAgreement();
        }
        TimeUnit.SECONDS.sleep(1);
        stopping = true;
        publishing.get();
        findings.tell("moves", moves);
        findings.tell("messages sent", sent.values().stream().mapToLong(Long::longValue).sum());
        reception.judge(findings, LONGEST_GAP_MILLIS);
        TimeUnit.SECONDS.sleep(1);
        CHANNELS.forEach(channel -> publish(cluster, channel));
        TimeUnit.SECONDS.sleep(2);
        findings.none("channels that are silent in the end",
                CHANNELS.stream().filter(channel -> !reception.hasGot(channel, sent.get(channel))).toList());
        byPort.values().forEach(RespClient::close);
    }

    private void publish(RedisCluster cluster) {
        long start = System.nanoTime();
        for (int i = 0; !stopping; i++) {
            publish(cluster, CHANNELS.get(i % CHANNELS.size()));
            LockSupport.parkNanos(start + i * INTERVAL_NANOS - System.nanoTime());
        }
    }

    /** At the node of its slot, which is followed. */
    private void publish(RedisCluster cluster, String channel) {
        String number = String.valueOf(sent.merge(channel, 1L, Long::sum));
        int port = ports.computeIfAbsent(channel, first -> cluster.port(ShardKeys.shardOf(channel, PRIMARIES)));
        for (;;) {
            try {
                byPort.computeIfAbsent(port, RespClient::new).call("SPUBLISH", channel, number);
                ports.put(channel, port);
                return;
            } catch (IllegalStateException moved) {
                port = Integer.parseInt(moved.getMessage().replaceFirst(".*:", ""));
            }
        }
    }
}
