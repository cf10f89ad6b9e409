package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkiverse.redis.multiplexer.MultiplexerListener;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.SubscriptionRestored;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;

/** Subscriptions to real clusters whose slots move and whose nodes die: nothing is missed but what is told as missed. */
class ClusterHubServerTest {

    /**
     * Much more than it takes, a second at most when nothing else is done on the machine (see the acceptance command), and much
     * less than it would take without being told: the slots are asked for every minute.
     */
    private static final long NOTICED_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final Set<RedisBinary> WITH_SHARD_CHANNELS = EnumSet.of(RedisBinary.REDIS_7_0, RedisBinary.REDIS_8_0,
            RedisBinary.VALKEY_8_0, RedisBinary.VALKEY_9_1);
    private static final int CHANNELS = 50;
    private static final int MOVES = 100;
    /** An outage is told a moment after its end, and begins when it is noticed: the cluster is looked at ten times a second. */
    private static final long SLACK = TimeUnit.MILLISECONDS.toNanos(200);
    /** So many threads one after the other, this one's among them, take part in a message and in the news of an outage. */
    private static final int HANDS = 5;

    /** From and to, on the clock of {@link System#nanoTime()}. */
    private record Gap(long from, long to) {

        boolean contains(long time, long slack) {
            return from - slack <= time && time <= to + slack;
        }
    }

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final Collection<Gap> gaps = new ConcurrentLinkedQueue<>();
    private final Map<String, Long> sent = new ConcurrentHashMap<>();
    /** For how long a thread that wanted to go on had to wait for the processor, at most. */
    private volatile long longestStall;
    private final Listening listening = new Listening();
    private RedisCluster servers;
    private PolledCluster cluster;
    private ClusterHub hub;

    static Stream<Arguments> serversAndProtocols() {
        return WITH_SHARD_CHANNELS.stream().filter(binary -> binary.find().isPresent())
                .flatMap(binary -> Stream.of(ProtocolVersion.values()).map(version -> Arguments.of(binary, version)));
    }

    private void start(RedisBinary binary, ProtocolVersion version, int replicas, String... arguments) {
        servers = RedisCluster.start(binary, 3, replicas, arguments);
        MultiplexerOptions options = new MultiplexerOptions().setListener(new MultiplexerListener() {
            @Override
            public void subscriptionRestored(SubscriptionRestored event) {
                long now = System.nanoTime();
                gaps.add(new Gap(now - event.outage().toNanos(), now));
            }
        });
        RedisOptions redis = new RedisOptions().setPreferredProtocolVersion(version);
        ClientSettings settings = ClientSettings.of("test", redis, options);
        cluster = new PolledCluster(vertx, servers, settings);
        hub = new ClusterHub(vertx, context, cluster, settings, new Failures("test", NodeAddress.of(redis), options));
    }

    @AfterEach
    void stop() throws Exception {
        if (servers != null) {
            await(hub.close());
            cluster.close();
            servers.close();
        }
        await(vertx.close());
    }

    @ParameterizedTest
    @MethodSource("serversAndProtocols")
    void shardedChannelsFollowTheirSlots(RedisBinary binary, ProtocolVersion version) throws Exception {
        start(binary, version, 0);
        List<String> channels = IntStream.range(0, CHANNELS).mapToObj(i -> "channel-" + i).toList();
        subscribe(Command.SSUBSCRIBE, channels);
        Map<String, Integer> slots = new HashMap<>();
        Map<String, Integer> owners = new ConcurrentHashMap<>();
        channels.forEach(channel -> {
            slots.put(channel, servers.slot(channel));
            owners.put(channel, servers.owner(slots.get(channel)));
        });
        Thread publisher = publisher(channels, owners);
        long slowest = 0;
        for (int i = 0; i < MOVES; i++) {
            String channel = channels.get(i % CHANNELS);
            int target = (owners.get(channel) + 1) % 3;
            servers.moveSlot(slots.get(channel), target);
            owners.put(channel, target);
            long moved = System.nanoTime();
            awaitUntil(() -> hears(channel, moved));
            slowest = Math.max(slowest, System.nanoTime() - moved);
            servers.awaitStable();
        }
        publisher.interrupt();
        publisher.join();
        assertNothingIsMissedButWhatIsTold();
        System.out.printf("%s %s: back after %d ms at most, %d outages told, %d messages%n", binary, version,
                TimeUnit.NANOSECONDS.toMillis(slowest), gaps.size(), sent.size());
        assertTrue(slowest < NOTICED_NANOS, "Back after " + slowest + " ns");
        assertTrue(gaps.size() >= MOVES, gaps.size() + " outages told");
    }

    @ParameterizedTest
    @MethodSource("serversAndProtocols")
    void shardedChannelsFollowAFailover(RedisBinary binary, ProtocolVersion version) throws Exception {
        start(binary, version, 1);
        List<String> channels = IntStream.range(0, CHANNELS).mapToObj(i -> "channel-" + i).toList();
        subscribe(Command.SSUBSCRIBE, channels);
        servers.failover(3);
        servers.awaitStable();
        awaitAll(channels, "planned");
        servers.node(1).kill();
        servers.awaitStable();
        long stable = System.nanoTime();
        awaitAll(channels, "killed");
        System.out.printf("%s %s: all back %d ms after the cluster%n", binary, version,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - stable));
        assertTrue(gaps.size() >= 2, gaps.size() + " outages told");
    }

    /** Waits until something published on each of them is heard. */
    private void awaitAll(List<String> channels, String text) {
        channels.forEach(channel -> awaitUntil(() -> {
            servers.call(servers.owner(servers.slot(channel)), "SPUBLISH", channel, channel + "#" + text);
            TimeUnit.MILLISECONDS.sleep(5);
            return listening.texts().contains(channel + "#" + text);
        }));
    }

    @Test
    void shardedChannelsFollowSlotsThatTheServerMovesAtOnce() throws Exception {
        RedisBinary.VALKEY_9_1.assumeThere();
        start(RedisBinary.VALKEY_9_1, ProtocolVersion.RESP3, 0);
        List<String> channels = IntStream.range(0, CHANNELS).mapToObj(i -> "channel-" + i).toList();
        subscribe(Command.SSUBSCRIBE, channels);
        servers.call(0, "CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "0", "5000", "NODE", servers.id(1));
        awaitUntil(() -> servers.owner(0) == 1 && servers.owner(5000) == 1);
        long moved = System.nanoTime();
        awaitAll(channels, "moved");
        assertTrue(System.nanoTime() - moved < TimeUnit.SECONDS.toNanos(5));
        assertEquals(1, gaps.size());
    }

    /** Whether something has come that was published since then. */
    private boolean hears(String channel, long since) {
        return listening.texts().stream().anyMatch(text -> text.startsWith(channel + "#") && sent.containsKey(text)
                && sent.get(text) >= since);
    }

    private Thread publisher(List<String> channels, Map<String, Integer> owners) {
        Thread thread = new Thread(() -> {
            List<RespClient> clients = IntStream.range(0, 3).mapToObj(i -> servers.node(i).client()).toList();
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                String channel = channels.get(i % channels.size());
                String text = channel + "#" + i;
                try {
                    long before = System.nanoTime();
                    clients.get(owners.get(channel)).call("SPUBLISH", channel, text);
                    sent.put(text, before);
                    long asleep = System.nanoTime();
                    TimeUnit.MILLISECONDS.sleep(1);
                    longestStall = Math.max(longestStall, System.nanoTime() - asleep);
                } catch (IllegalStateException e) {
                    // The slot has just moved.
                    continue;
                } catch (InterruptedException e) {
                    break;
                }
            }
            clients.forEach(RespClient::close);
        }, "publisher");
        thread.start();
        return thread;
    }

    private void assertNothingIsMissedButWhatIsTold() {
        awaitUntil(() -> missed().isEmpty());
        List<String> texts = listening.texts();
        assertEquals(Set.copyOf(texts).size(), texts.size(), "Something came twice");
    }

    private List<String> missed() {
        Set<String> heard = Set.copyOf(listening.texts());
        long slack = SLACK + HANDS * longestStall;
        return sent.entrySet().stream().filter(each -> !heard.contains(each.getKey()))
                .filter(each -> gaps.stream().noneMatch(gap -> gap.contains(each.getValue(), slack))).map(Map.Entry::getKey)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("serversAndProtocols")
    void channelsMoveWhenTheirNodeDies(RedisBinary binary, ProtocolVersion version) throws Exception {
        start(binary, version, 1);
        subscribe(Command.SUBSCRIBE, List.of("a"));
        int home = IntStream.range(0, 3).filter(this::hasSubscriber).findFirst().orElseThrow();
        assertEquals(1, IntStream.range(0, 6).filter(this::hasSubscriber).count());
        servers.node(home).kill();
        long killed = System.nanoTime();
        int other = (home + 1) % 3;
        try (RespClient client = servers.node(other).client()) {
            int[] count = { 0 };
            awaitUntil(() -> {
                client.call("PUBLISH", "a", "text-" + count[0]++);
                TimeUnit.MILLISECONDS.sleep(5);
                return !listening.texts().isEmpty();
            });
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
        System.out.printf("%s %s: SUBSCRIBE is back %d ms after the kill%n", binary, version, millis);
        assertTrue(millis < TimeUnit.NANOSECONDS.toMillis(NOTICED_NANOS), "Back after " + millis + " ms");
        awaitUntil(() -> gaps.size() == 1);
    }

    private boolean hasSubscriber(int node) {
        try (RespClient client = servers.node(node).client()) {
            return client.connections().stream().anyMatch(line -> line.contains(" sub=1 "));
        }
    }

    @ParameterizedTest
    @MethodSource("serversAndProtocols")
    void everyPrimaryTellsOfItsKeysOnce(RedisBinary binary, ProtocolVersion version) throws Exception {
        start(binary, version, 1, "--notify-keyspace-events", "KEA");
        subscribe(Command.PSUBSCRIBE, List.of("__keyevent@0__:s*"));
        subscribe(Command.SUBSCRIBE, List.of("a"));
        for (int i = 0; i < 30; i++) {
            set("key-" + i);
        }
        awaitUntil(() -> listening.texts().size() >= 30);
        assertNothingIsMissedButWhatIsTold();
        assertTrue(gaps.isEmpty());

        Thread writer = new Thread(() -> {
            for (int i = 30; !Thread.currentThread().isInterrupted(); i++) {
                try {
                    set("key-" + i);
                } catch (RuntimeException e) {
                    // A failover goes on.
                    continue;
                }
            }
        }, "writer");
        writer.start();
        for (int replica : List.of(3, 4, 5)) {
            int before = gaps.size();
            servers.failover(replica);
            awaitUntil(() -> gaps.size() > before);
        }
        servers.awaitStable();
        TimeUnit.MILLISECONDS.sleep(500);
        writer.interrupt();
        writer.join();
        int most = listening.texts().size();
        for (int i = 0; i < 30; i++) {
            set("last-" + i);
        }
        awaitUntil(() -> listening.texts().size() >= most + 30);
        assertNothingIsMissedButWhatIsTold();
        assertTrue(listening.texts().containsAll(IntStream.range(0, 30).mapToObj(i -> "last-" + i).toList()));
        System.out.printf("%s %s: %d events of %d, %d outages told%n", binary, version, listening.texts().size(), sent.size(),
                gaps.size());

        await(hub.call(listening.subscriber, Request.cmd(Command.PUNSUBSCRIBE), context, () -> {
        }));
        awaitUntil(() -> IntStream.range(0, 6).filter(this::hasPatterns).count() == 0);
    }

    private boolean hasPatterns(int node) {
        try (RespClient client = servers.node(node).client()) {
            return client.connections().stream().anyMatch(line -> line.matches(".* psub=[1-9].*"));
        }
    }

    private void set(String key) {
        int owner = servers.owner(servers.slot(key));
        long before = System.nanoTime();
        servers.call(owner, "SET", key, "value");
        sent.put(key, before);
    }

    private void subscribe(Command command, List<String> names) throws Exception {
        Request request = Request.cmd(command);
        new ArrayList<>(names).forEach(request::arg);
        await(hub.call(listening.subscriber, request, context, () -> {
        }));
    }
}
