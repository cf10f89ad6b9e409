package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.engine.vertx.VertxForTests;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.Response;

/** Any number of commands at once, from any kind of thread, on the default configuration: none is refused. */
class ConcurrencyTest {

    private static final int COMMANDS = 10_000;

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private MultiplexedRedis redis;

    @BeforeEach
    void setUp() throws Exception {
        redis = real.client();
        await(redis.send(request(Command.SET, "key", "value")));
    }

    @Test
    void twoHundredSendsAtOnceFromOneThread() throws Exception {
        assertAllAnswered(onThisThread(200, this::get));
    }

    @Test
    void tenThousandGetsAtOnceFromOneThread() throws Exception {
        assertAllAnswered(onThisThread(COMMANDS, this::get));
    }

    @Test
    void tenThousandGetsAtOnceThroughRedisApi() throws Exception {
        RedisAPI api = RedisAPI.api(redis);
        assertAllAnswered(onThisThread(COMMANDS, () -> api.get("key")));
    }

    @Test
    void tenThousandGetsAtOnceAsTheCacheDoesThem() throws Exception {
        assertAllAnswered(onThisThread(COMMANDS, this::getLikeTheCache));
    }

    @Test
    void tenThousandGetsAtOnceFromOneEventLoop() throws Exception {
        assertAllAnswered(onEventLoops(1, COMMANDS));
    }

    @Test
    void tenThousandGetsAtOnceFromAllEventLoops() throws Exception {
        assertAllAnswered(onEventLoops(RealRedis.EVENT_LOOPS, COMMANDS));
        assertTrue(real.connections() <= RealRedis.EVENT_LOOPS + 1, "connections: " + real.connections());
    }

    @Test
    void sixtyFourBlockingThreads() throws Exception {
        assertEquals(64 * 200, onThreads(Executors.newFixedThreadPool(64), 64, 200));
        assertTrue(real.connections() <= RealRedis.EVENT_LOOPS + 1, "connections: " + real.connections());
    }

    @Test
    void oneThousandVirtualThreads() throws Exception {
        ExecutorService executor = virtualThreads();
        assumeTrue(executor != null, "virtual threads come with Java 21");
        assertEquals(1000 * 10, onThreads(executor, 1000, 10));
        assertTrue(real.connections() <= RealRedis.EVENT_LOOPS + 1, "connections: " + real.connections());
    }

    private Future<Response> get() {
        return redis.send(request(Command.GET, "key"));
    }

    private Future<Response> getLikeTheCache() {
        return redis.connect().compose(connection -> connection.send(request(Command.GET, "key"))
                .onComplete(done -> connection.close()));
    }

    private static List<Future<Response>> onThisThread(int count, Callable<Future<Response>> call) throws Exception {
        List<Future<Response>> replies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replies.add(call.call());
        }
        return replies;
    }

    private List<Future<Response>> onEventLoops(int loops, int count) throws Exception {
        List<Future<List<Future<Response>>>> starts = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            Context context = VertxForTests.newContext(real.vertx());
            Promise<List<Future<Response>>> started = Promise.promise();
            context.runOnContext(go -> {
                try {
                    started.complete(onThisThread(count / loops, this::get));
                } catch (Exception e) {
                    started.fail(e);
                }
            });
            starts.add(started.future());
        }
        List<Future<Response>> replies = new ArrayList<>();
        for (Future<List<Future<Response>>> start : starts) {
            replies.addAll(await(start));
        }
        return replies;
    }

    private int onThreads(ExecutorService executor, int threads, int commandsEach) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        try {
            List<java.util.concurrent.Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(executor.submit(() -> {
                    start.await();
                    int answered = 0;
                    for (int j = 0; j < commandsEach; j++) {
                        answered += "value".equals(await(get()).toString()) ? 1 : 0;
                    }
                    return answered;
                }));
            }
            start.countDown();
            int answered = 0;
            for (java.util.concurrent.Future<Integer> result : results) {
                answered += result.get(60, TimeUnit.SECONDS);
            }
            return answered;
        } finally {
            executor.shutdownNow();
        }
    }

    /** @return {@code null} before Java 21 */
    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        return Arrays.stream(Executors.class.getMethods())
                .anyMatch(method -> method.getName().equals("newVirtualThreadPerTaskExecutor"))
                        ? (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null)
                        : null;
    }

    private static void assertAllAnswered(List<Future<Response>> replies) throws Exception {
        for (Future<Response> reply : replies) {
            assertEquals("value", await(reply).toString());
        }
    }
}
