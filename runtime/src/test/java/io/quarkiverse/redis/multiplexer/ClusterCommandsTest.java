package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;

/** Commands to a real cluster that stays as it is. */
class ClusterCommandsTest {

    private static final int THREADS = 16;
    private static final int KEYS = 500;

    @RegisterExtension
    final RealCluster real = new RealCluster(0);

    @Test
    void eachKeyIsOnItsNodeWhicheverThreadAsks() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<Response>> counted = new ArrayList<>();
        List<java.util.concurrent.Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            running.add(threads.submit(() -> countAll(redis, counted)));
        }
        for (java.util.concurrent.Future<?> one : running) {
            one.get();
        }
        Promise<Void> onLoops = Promise.promise();
        real.vertx().runOnContext(start -> {
            countAll(redis, counted);
            onLoops.complete();
        });
        await(onLoops.future());
        await(Future.all(counted));
        threads.shutdown();

        for (int key = 0; key < KEYS; key++) {
            assertEquals(String.valueOf(THREADS + 1), awaitText(redis.send(request(Command.GET, "key" + key))));
        }
        long kept = IntStream.range(0, RealCluster.PRIMARIES).mapToLong(i -> (Long) real.servers().call(i, "DBSIZE")).sum();
        assertEquals(KEYS, kept);
        assertEquals(RealCluster.PRIMARIES, redis.status().nodes().size());
    }

    private static void countAll(MultiplexedRedis redis, List<Future<Response>> counted) {
        for (int key = 0; key < KEYS; key++) {
            Future<Response> one = redis.send(request(Command.INCR, "key" + key));
            synchronized (counted) {
                counted.add(one);
            }
        }
    }

    @Test
    void fewerLanesThanLoopsAreConnectionsOfSoManyLoops() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setLanes(1));
        List<Future<Response>> counted = new ArrayList<>();
        for (int loop = 0; loop < RealRedis.EVENT_LOOPS; loop++) {
            Promise<Void> sent = Promise.promise();
            real.vertx().getOrCreateContext();
            new Thread(() -> {
                countAll(redis, counted);
                sent.complete();
            }).start();
            await(sent.future());
        }
        await(Future.all(counted));

        assertEquals(RealCluster.PRIMARIES, redis.status().nodes().stream().mapToInt(node -> node.lanes().size()).sum());
    }

    @Test
    void keysOfSeveralSlotsOfACommandThatIsNotSplitAreRefusedUnsent() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        Throwable refusal = awaitFailure(redis.send(request(Command.RENAME, "a", "b")));

        assertTrue(refusal.getMessage().startsWith("CROSSSLOT "), refusal::getMessage);
    }

    @Test
    void whatHasNoKeyIsAnsweredByAnyNode() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());

        assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
    }
}
