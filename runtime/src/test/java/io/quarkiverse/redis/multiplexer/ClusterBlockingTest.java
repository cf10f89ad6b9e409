package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitMany;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;

/** Blocking commands go on at the node that has their key by then, and every element is popped once. */
class ClusterBlockingTest {

    private static final int CONSUMERS = 50;
    /** So many more connections may be lent. */
    private static final int SPARE = 10;
    private static final int ELEMENTS = 10_000;
    private static final int BATCH = 500;
    private static final String QUEUE = "queue";

    @RegisterExtension
    final RealCluster real = new RealCluster(1, "--cluster-require-full-coverage", "no");

    private final Queue<String> popped = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private RedisCluster servers;
    private MultiplexedRedis redis;
    private volatile boolean over;

    @BeforeEach
    void connect() {
        servers = real.servers();
        redis = real.client(new MultiplexerOptions().setMaxDedicatedConnections(CONSUMERS + SPARE)
                .setCommandTimeout(Duration.ofSeconds(15)));
    }

    @AfterEach
    void stopConsumers() {
        over = true;
    }

    private void consume() {
        if (!over) {
            waiting.incrementAndGet();
            redis.send(request(Command.BLPOP, QUEUE, "30")).onComplete(end -> {
                waiting.decrementAndGet();
                if (end.failed()) {
                    failures.add(end.cause());
                } else if (end.result() != null) {
                    popped.add(end.result().get(1).toString());
                }
                consume();
            });
        }
    }

    private void start() {
        for (int i = 0; i < CONSUMERS; i++) {
            consume();
        }
        awaitWaiting();
    }

    private void awaitWaiting() {
        awaitUntil(() -> blockedOn(owner()) == CONSUMERS);
    }

    private int owner() {
        return servers.owner(servers.slot(QUEUE));
    }

    private long blockedOn(int node) {
        String info = (String) servers.call(node, "INFO", "clients");
        return info.lines().filter(line -> line.startsWith("blocked_clients:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).trim())).sum();
    }

    /** Pushes a part of the elements. */
    private void push(int from, int to) throws Exception {
        for (int i = from; i < to; i += BATCH) {
            List<Future<Response>> pushed = new ArrayList<>();
            for (int element = i; element < Math.min(to, i + BATCH); element++) {
                pushed.add(redis.send(request(Command.RPUSH, QUEUE, String.valueOf(element))));
            }
            await(Future.all(pushed));
        }
    }

    private void assertPopped(int elements) {
        try {
            awaitMany(elements, popped::size);
        } catch (ConditionTimeoutException e) {
            fail(popped.size() + " of " + elements + " elements, " + servers.call(owner(), "LLEN", QUEUE) + " not popped, "
                    + waiting + " consumers, blocked on " + servers.primaries().stream().map(this::blockedOn).toList() + ", "
                    + failures);
        }
        assertEquals(elements, popped.size());
        assertEquals(elements, new HashSet<>(popped).size());
    }

    @Test
    void theyFollowTheirSlot() throws Exception {
        start();
        int slot = servers.slot(QUEUE);
        int rounds = 10;
        for (int round = 0; round < rounds; round++) {
            int target = (owner() + 1) % RealCluster.PRIMARIES;
            if (round % 2 == 0) {
                // All of them wait.
                awaitWaiting();
                servers.moveSlot(slot, target);
                awaitWaiting();
                push(ELEMENTS * round / rounds, ELEMENTS * (round + 1) / rounds);
            } else {
                int source = owner();
                servers.beginMove(slot, source, target);
                push(ELEMENTS * round / rounds, ELEMENTS * (round + 1) / rounds);
                servers.moveKeys(slot, source, target);
                servers.endMove(slot, source, target);
            }
            servers.awaitAgreement();
        }
        assertPopped(ELEMENTS);
        assertEquals(List.of(), List.copyOf(failures));
    }

    @Test
    void theyFollowAPlannedFailover() throws Exception {
        start();
        int rounds = 4;
        for (int round = 0; round < rounds; round++) {
            int from = ELEMENTS * round / rounds;
            int to = ELEMENTS * (round + 1) / rounds;
            int replica = servers.replicasOf(owner()).get(0);
            if (round % 2 == 0) {
                servers.failover(replica);
                awaitWaiting();
                push(from, to);
            } else {
                Thread pusher = new Thread(() -> assertPushed(from, to));
                pusher.start();
                servers.failover(replica);
                pusher.join();
            }
            servers.awaitStable();
        }
        assertPopped(ELEMENTS);
        assertEquals(List.of(), List.copyOf(failures));
    }

    private void assertPushed(int from, int to) {
        try {
            push(from, to);
        } catch (Exception e) {
            failures.add(e);
        }
    }

    @Test
    void thoseThatADeadNodeHasTakenAreToldAndAllOthersGoToItsSuccessor() throws Exception {
        start();
        push(0, ELEMENTS / 2);
        assertPopped(ELEMENTS / 2);
        awaitWaiting();
        int dead = owner();
        servers.node(dead).awaitReplicas();
        servers.node(dead).close();

        // These have not been sent: the node is known to be dead, and nobody has taken its place.
        awaitMany(CONSUMERS, failures::size);
        push(ELEMENTS / 2, ELEMENTS);
        assertPopped(ELEMENTS);
        for (Throwable failure : failures) {
            assertTrue(assertInstanceOf(CommandFailure.class, failure, failure::toString).sent(), failure::getMessage);
        }
        // Some may have been sent on connections whose end had not been noticed.
        assertTrue(failures.size() <= CONSUMERS + SPARE, failures::toString);
        assertEquals(CONSUMERS, waiting.get());
    }

    @Test
    void streamsThatAreReadByGroupsAreFollowedToo() throws Exception {
        String stream = "{" + QUEUE + "}stream";
        await(redis.send(request(Command.XGROUP, "CREATE", stream, "group", "$", "MKSTREAM")));
        await(redis.send(request(Command.XADD, stream, "*", "a", "0")));
        await(redis.send(request(Command.XREADGROUP, "GROUP", "group", "me", "COUNT", "1", "STREAMS", stream, ">")));
        Future<Response> read = redis.send(request(Command.XREADGROUP, "GROUP", "group", "me", "BLOCK", "30000", "STREAMS",
                stream, ">"));
        awaitUntil(() -> blockedOn(owner()) == 1);
        servers.moveSlot(servers.slot(QUEUE), (owner() + 1) % RealCluster.PRIMARIES);
        awaitUntil(() -> read.isComplete() || blockedOn(owner()) == 1);
        await(redis.send(request(Command.XADD, stream, "*", "a", "1")));
        assertTrue(await(read).toString().contains("a, 1"), read::toString);
    }
}
