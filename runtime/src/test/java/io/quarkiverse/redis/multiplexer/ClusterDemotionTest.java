package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.vertx.core.Context;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * What a primary that has become a replica refuses (READONLY) is executed by its successor: also what has no key, and for which
 * no server says who that is.
 */
class ClusterDemotionTest {

    /** {@code -Dfailovers=20} takes up to a minute. */
    private static final int FAILOVERS = Integer.getInteger("failovers", 4);

    /** What empties all, as that needs no key: in the background, for replicas of Redis 8 to keep up with it. */
    private static final Map<String, Supplier<Request>> REQUESTS = new TreeMap<>(Map.of(
            "a script with a key", () -> request(Command.EVAL, "return redis.call('incr', KEYS[1])", "1", "key"),
            "a script without keys", () -> request(Command.EVAL, "return redis.call('flushdb', 'async')", "0"),
            "another script without keys", () -> request(Command.EVAL, "redis.call('flushdb', 'async') return 1", "0"),
            "what all primaries do", () -> request(Command.FLUSHALL, "ASYNC"),
            "what all primaries tell", () -> request(Command.DBSIZE),
            "an ordinary command", () -> request(Command.SET, "other", "1")));

    @RegisterExtension
    final RealCluster real = new RealCluster(1, "--cluster-require-full-coverage", "no");

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> succeeded = new ConcurrentHashMap<>();
    private volatile boolean over;

    @AfterEach
    void stopCallers() {
        over = true;
    }

    @Test
    void nothingThatADemotedPrimaryRefusesComesToACaller() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        // On each event loop, as what has no key goes to another node on each: threads get them in turn.
        for (int loop = 0; loop < RealRedis.EVENT_LOOPS; loop++) {
            String suffix = " on event loop " + loop;
            Thread starter = new Thread(() -> {
                Context context = real.vertx().getOrCreateContext();
                REQUESTS.forEach(
                        (name, request) -> context.runOnContext(start -> repeat(redis, name + suffix, name, request)));
            });
            starter.start();
            starter.join();
        }
        awaitUntil(() -> succeeded.size() == RealRedis.EVENT_LOOPS * REQUESTS.size() || !failures.isEmpty());
        for (int i = 0; i < FAILOVERS; i++) {
            int primary = real.servers().primaries().get(i % RealCluster.PRIMARIES);
            real.servers().failover(real.servers().replicasOf(primary).get(0));
            real.servers().awaitStable();
            Map<String, Integer> before = new HashMap<>();
            succeeded.forEach((caller, count) -> before.put(caller, count.get()));
            awaitUntil(() -> !failures.isEmpty() || before.keySet().stream()
                    .allMatch(caller -> succeeded.get(caller).get() > before.get(caller) + 1));
        }
        over = true;
        assertEquals(List.of(), failures.stream().distinct().toList());
    }

    private void repeat(MultiplexedRedis redis, String caller, String name, Supplier<Request> request) {
        if (!over) {
            redis.send(request.get()).onComplete(end -> {
                if (end.succeeded()) {
                    succeeded.computeIfAbsent(caller, added -> new AtomicInteger()).incrementAndGet();
                } else {
                    failures.add(name + ": " + end.cause());
                }
                real.vertx().setTimer(2, later -> repeat(redis, caller, name, request));
            });
        }
    }
}
