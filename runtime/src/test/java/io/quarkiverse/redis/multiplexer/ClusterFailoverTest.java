package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;

/** The death of a primary, which has a replica, costs nothing but what was under way to it; planned changes cost nothing. */
class ClusterFailoverTest {

    private static final int THREADS = 8;
    private static final int KEYS = 60;
    private static final long DETECTION_MILLIS = 2_000;

    @RegisterExtension
    final RealCluster real = new RealCluster(1, "--cluster-require-full-coverage", "no");

    /** Of one key: how many increments have succeeded, have failed unsent, and have failed otherwise. */
    private static final class Count {

        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger unknown = new AtomicInteger();
        private final List<Throwable> failures = new ArrayList<>();
        private volatile int slowestMillis;

        synchronized void failed(Throwable cause) {
            failures.add(cause);
            if (cause instanceof CommandFailure failure && failure.sent()) {
                unknown.incrementAndGet();
            }
        }
    }

    private final Map<String, Count> counts = new ConcurrentHashMap<>();
    private MultiplexedRedis redis;
    private RedisCluster servers;
    private volatile boolean over;

    @BeforeEach
    void connect() {
        servers = real.servers();
        redis = real.client(new MultiplexerOptions());
        for (int key = 0; key < KEYS; key++) {
            counts.put("key" + key, new Count());
        }
    }

    /** However the test ends: the callers would go on for ever, and keep what they are told. */
    @AfterEach
    void stopCallers() {
        over = true;
    }

    @Test
    void aKilledPrimaryCostsNobodyElseAnything() throws Exception {
        List<Thread> callers = start();
        awaitProgress();
        int killed = 1;
        int replica = servers.replicasOf(killed).get(0);
        servers.node(killed).close();
        servers.awaitPromotion(replica);
        awaitProgress();
        stop(callers);

        long outage = counts.entrySet().stream().filter(entry -> isOfTheSecondThird(entry.getKey()))
                .mapToLong(entry -> entry.getValue().slowestMillis).max().orElseThrow();
        for (Map.Entry<String, Count> entry : counts.entrySet()) {
            boolean wasOnKilled = isOfTheSecondThird(entry.getKey());
            Count count = entry.getValue();
            if (!wasOnKilled) {
                assertEquals(List.of(), count.failures, entry.getKey());
                // A slow machine is slow for all, but nobody waits for another one to take the place of the dead one.
                assertTrue(count.slowestMillis < outage,
                        () -> entry.getKey() + " took " + count.slowestMillis + " ms, the outage " + outage);
            } else {
                // What was in flight: each caller waits for the answer before it counts the same key again.
                assertTrue(count.failures.size() <= THREADS, () -> entry.getKey() + ": " + count.failures);
                assertTrue(count.slowestMillis < DETECTION_MILLIS + 5_000,
                        () -> entry.getKey() + " took " + count.slowestMillis + " ms");
            }
            int stored = await(redis.send(request(Command.GET, entry.getKey()))).toInteger();
            // What it acknowledged in its last moment may not have come to its replica.
            int lost = wasOnKilled ? THREADS : 0;
            assertTrue(stored >= count.done.get() - lost && stored <= count.done.get() + count.unknown.get(),
                    () -> entry.getKey() + ": " + stored + " for " + count.done + " and " + count.unknown);
        }
    }

    /** Until each key has been counted twice more: once by a call that was begun after this one. */
    private void awaitProgress() {
        Map<String, Integer> before = new HashMap<>();
        counts.forEach((key, count) -> before.put(key, count.done.get()));
        RealRedis.awaitUntil(() -> counts.entrySet().stream()
                .allMatch(entry -> entry.getValue().done.get() >= before.get(entry.getKey()) + 2));
    }

    private boolean isOfTheSecondThird(String key) {
        int slot = servers.slot(key);
        return slot >= RedisCluster.SLOTS / 3 && slot < 2 * RedisCluster.SLOTS / 3 + 1;
    }

    /** Others are asked who has taken its place all the same. */
    @Test
    void callersWhoFillUpTheBacklogOfAKilledPrimaryAreFollowedToItsSuccessor() throws Exception {
        MultiplexedRedis full = real.client(
                new MultiplexerOptions().setMaxPendingBytes(20_000).setCommandTimeout(Duration.ofSeconds(60)));
        String key = counts.keySet().stream().filter(name -> servers.owner(servers.slot(name)) == 1).findFirst().orElseThrow();
        await(full.send(request(Command.SET, key, "0")));
        int replica = servers.replicasOf(1).get(0);
        servers.node(1).close();
        List<Future<Response>> accepted = new ArrayList<>();
        RealRedis.awaitUntil(() -> {
            Future<Response> next = full.send(request(Command.SET, key, "1"));
            boolean refused = next.cause() instanceof BacklogFullException;
            if (!refused) {
                accepted.add(next);
            }
            return refused;
        });
        servers.awaitPromotion(replica);
        // What was in flight has failed; most of it was not, or has been sent elsewhere by now.
        for (Future<Response> answer : accepted.subList(accepted.size() / 2, accepted.size())) {
            assertEquals("OK", awaitText(answer));
        }
    }

    /** It keeps its connections, and says nothing. */
    @Test
    void aFrozenPrimaryIsLeftWhenAnotherOneHasTakenItsPlace() throws Exception {
        String key = counts.keySet().stream().filter(name -> servers.owner(servers.slot(name)) == 1).findFirst().orElseThrow();
        await(redis.send(request(Command.SET, key, "0")));
        int replica = servers.replicasOf(1).get(0);
        servers.node(1).freeze();
        try {
            Future<Response> inFlight = redis.send(request(Command.INCR, key));
            CommandFailure failure = assertInstanceOf(CommandFailure.class, awaitFailure(inFlight));
            assertTrue(failure.sent());
            servers.awaitPromotion(replica);
            assertEquals("1", awaitText(redis.send(request(Command.INCR, key))));
        } finally {
            servers.node(1).thaw();
        }
    }

    @Test
    void plannedFailoversCostNothing() throws Exception {
        List<Thread> callers = start();
        for (int primary = 0; primary < RealCluster.PRIMARIES; primary++) {
            servers.failover(servers.replicasOf(primary).get(0));
            servers.awaitStable();
        }
        stop(callers);
        assertExact();
    }

    @Test
    void aNodeThatHasBecomeAReplicaHasNoConnectionsAnyMore() throws Exception {
        List<Thread> callers = start();
        RealRedis.awaitUntil(() -> clients(0) > 0);
        servers.failover(servers.replicasOf(0).get(0));
        RealRedis.awaitUntil(() -> clients(0) == 0);
        stop(callers);
        assertExact();
    }

    /** Without its primary. */
    private long clients(int node) {
        try (RespClient observer = servers.node(node).client()) {
            return observer.connections().stream().filter(line -> !line.matches(".* flags=\\w*[SM]\\w* .*")).count();
        }
    }

    @Test
    void aReshardUnderLoadCostsNothing() throws Exception {
        List<Thread> callers = start();
        // Nodes that hear of moves between other nodes at the same time may never agree about them.
        for (int round = 0; round < 6; round++) {
            int source = round % RealCluster.PRIMARIES;
            int target = (source + 1) % RealCluster.PRIMARIES;
            IntStream.range(0, KEYS).map(key -> servers.slot("key" + key)).distinct()
                    .filter(slot -> servers.owner(slot) == source).limit(10).forEach(slot -> servers.moveSlot(slot, target));
            servers.awaitStable();
        }
        stop(callers);
        assertExact();
    }

    private void assertExact() throws Exception {
        for (Map.Entry<String, Count> entry : counts.entrySet()) {
            assertEquals(List.of(), entry.getValue().failures, entry.getKey());
            assertEquals(entry.getValue().done.get(), await(redis.send(request(Command.GET, entry.getKey()))).toInteger(),
                    entry.getKey());
        }
    }

    private List<Thread> start() {
        List<Thread> callers = new ArrayList<>();
        for (int caller = 0; caller < THREADS; caller++) {
            int first = caller;
            Thread thread = new Thread(() -> run(first));
            thread.start();
            callers.add(thread);
        }
        return callers;
    }

    /** All keys at once, so that those of a dead node do not keep a caller from asking for others. */
    private void run(int first) {
        Map<String, Future<Response>> pending = new ConcurrentHashMap<>();
        for (int i = first; !over; i++) {
            String key = "key" + i % KEYS;
            Future<Response> before = pending.get(key);
            if (before == null || before.isComplete()) {
                pending.put(key, count(key));
            }
            if (i % KEYS == 0) {
                pace();
            }
        }
        pending.values().forEach(one -> {
            try {
                await(one.otherwiseEmpty());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private Future<Response> count(String key) {
        Count count = counts.get(key);
        long start = System.nanoTime();
        return redis.send(request(Command.INCR, key)).onComplete(result -> {
            int millis = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            count.slowestMillis = Math.max(count.slowestMillis, millis);
            if (result.succeeded()) {
                count.done.incrementAndGet();
            } else {
                count.failed(result.cause());
            }
        });
    }

    /** Nothing is waited for: callers are not to take the whole machine. */
    private static void pace() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }

    private void stop(List<Thread> callers) throws InterruptedException {
        over = true;
        for (Thread caller : callers) {
            caller.join();
        }
    }
}
