package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;

/** Callers who count, each on a key of its own, with several increments under way, while something happens to servers. */
final class Counting implements AutoCloseable {

    private static final int UNDER_WAY = 8;

    private final MultiplexedRedis redis;
    private final List<Caller> callers = new ArrayList<>();
    private volatile boolean over;

    private Counting(MultiplexedRedis redis) {
        this.redis = redis;
    }

    static Counting start(MultiplexedRedis redis, int callers) {
        Counting counting = new Counting(redis);
        for (int i = 0; i < callers; i++) {
            Caller caller = counting.new Caller("counted" + i);
            counting.callers.add(caller);
            caller.thread.start();
        }
        return counting;
    }

    final class Caller {

        private final String key;
        private final Thread thread = new Thread(this::run);
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger maybeDone = new AtomicInteger();
        private final List<Throwable> failures = new ArrayList<>();
        private final List<String> fallenBack = new ArrayList<>();
        private volatile long skipped;
        private volatile long latest;
        private volatile long slowestMillis;

        Caller(String key) {
            this.key = key;
        }

        private void run() {
            Deque<Future<Response>> underWay = new ArrayDeque<>();
            try {
                while (!over) {
                    underWay.add(count());
                    if (underWay.size() >= UNDER_WAY) {
                        await(underWay.remove().otherwiseEmpty());
                    }
                    TimeUnit.MILLISECONDS.sleep(1);
                }
                for (Future<Response> one : underWay) {
                    await(one.otherwiseEmpty());
                }
            } catch (Exception e) {
                synchronized (this) {
                    failures.add(e);
                }
            }
        }

        private Future<Response> count() {
            long start = System.nanoTime();
            return redis.send(request(Command.INCR, key)).onComplete(result -> {
                slowestMillis = Math.max(slowestMillis, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                synchronized (this) {
                    if (result.failed()) {
                        failures.add(result.cause());
                        if (result.cause() instanceof CommandFailure failure && failure.sent()) {
                            maybeDone.incrementAndGet();
                        }
                    } else {
                        done.incrementAndGet();
                        counted(result.result().toLong());
                    }
                }
            });
        }

        private void counted(long count) {
            if (count <= latest) {
                fallenBack.add(count + " after " + latest);
            } else {
                skipped += count - latest - 1;
            }
            latest = count;
        }
    }

    /**
     * No call has failed. How many of those that were acknowledged have been lost is returned: no client can keep that at 0.
     */
    int assertNoFailure() throws Exception {
        stop();
        int lost = 0;
        for (Caller caller : callers) {
            assertEquals(List.of(), caller.failures, caller.key);
            int stored = await(redis.send(request(Command.GET, caller.key))).toInteger();
            assertTrue(stored <= caller.done.get(), () -> caller.key + ": " + stored + " for " + caller.done);
            lost += caller.done.get() - stored;
        }
        return lost;
    }

    /** No call has failed, none was answered out of order, and each has been executed exactly once. */
    void assertExact() throws Exception {
        stop();
        for (Caller caller : callers) {
            assertEquals(List.of(), caller.failures, caller.key);
            assertEquals(List.of(), caller.fallenBack, caller.key);
            assertEquals(caller.done.get(), await(redis.send(request(Command.GET, caller.key))).toInteger(), caller.key);
        }
    }

    /**
     * What has failed was under way to a server that has died: that may have been executed or not. What that server has
     * acknowledged and not told its replicas is lost, so counts fall back once at most; from there on each is one higher
     * than the one before, but for what may have been executed, and nothing is lost.
     */
    void assertNothingFailedButWhatWasUnderWay() throws Exception {
        stop();
        for (Caller caller : callers) {
            for (Throwable failure : caller.failures) {
                assertTrue(failure instanceof CommandFailure lost && lost.sent(), () -> caller.key + ": " + failure);
            }
            assertTrue(caller.failures.size() <= UNDER_WAY, () -> caller.key + ": " + caller.failures);
            assertTrue(caller.fallenBack.size() <= 1, () -> caller.key + ": " + caller.fallenBack);
            assertTrue(caller.skipped <= caller.maybeDone.get(),
                    () -> caller.key + ": " + caller.skipped + " more than were acknowledged, of " + caller.maybeDone);
            int stored = await(redis.send(request(Command.GET, caller.key))).toInteger();
            assertTrue(stored >= caller.latest && stored <= caller.latest + caller.maybeDone.get(),
                    () -> caller.key + ": " + stored + " after " + caller.latest + " and " + caller.maybeDone);
        }
    }

    int done() {
        return callers.stream().mapToInt(caller -> caller.done.get()).sum();
    }

    /** How long a call has taken at most, whatever its outcome. */
    long slowestMillis() {
        return callers.stream().mapToLong(caller -> caller.slowestMillis).max().orElse(0);
    }

    private void stop() throws InterruptedException {
        over = true;
        for (Caller caller : callers) {
            caller.thread.join();
        }
    }

    /** However the test ends: the callers would go on for ever, and keep what they are told. */
    @Override
    public void close() {
        over = true;
    }
}
