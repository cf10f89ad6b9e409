package io.quarkiverse.redis.multiplexer.showcase;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.AsyncResult;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * A given number of callers, spread over the event loops, that each send one GET after the other, until all calls together
 * are made. Runs once.
 */
final class LoadRun {

    /** Several keys, so that each server of a cluster has its share. */
    private static final List<String> KEYS = IntStream.range(0, 64).mapToObj(i -> "showcase:load:" + i).toList();
    private static final String VALUE = "x".repeat(100);

    private final Redis redis;
    private final int callers;
    private final long[] nanos;
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicReference<String> firstFailure = new AtomicReference<>();
    private final Promise<Void> done = Promise.promise();

    /**
     * @param firstFailure {@code null} if there was none
     * @param perSecond calls that were answered
     * @param medianMicros half of the calls took no longer
     * @param p99Micros 99 of 100 calls took no longer
     */
    public record Report(int calls, int callers, int failures, String firstFailure, long millis, long perSecond,
            long medianMicros, long p99Micros) {
    }

    LoadRun(Redis redis, int calls, int callers) {
        this.redis = redis;
        this.callers = Math.min(calls, callers);
        this.nanos = new long[calls];
    }

    Future<Report> run(Vertx vertx) {
        int loops = Math.min(callers, 2 * Runtime.getRuntime().availableProcessors());
        AtomicInteger next = new AtomicInteger();
        // A verticle is the public way to have one context on each event loop.
        DeploymentOptions onEachLoop = new DeploymentOptions().setInstances(loops);
        List<Future<Response>> written = KEYS.stream()
                .map(key -> redis.send(Request.cmd(Command.SET).arg(key).arg(VALUE))).toList();
        return Future.all(written).compose(set -> {
            long begin = System.nanoTime();
            return vertx.deployVerticle(() -> callers(next.getAndIncrement(), loops), onEachLoop)
                    .compose(deployment -> done.future()
                            .map(all -> report(System.nanoTime() - begin))
                            .eventually(() -> vertx.undeploy(deployment)));
        });
    }

    private AbstractVerticle callers(int loop, int loops) {
        int share = callers / loops + (loop < callers % loops ? 1 : 0);
        return new AbstractVerticle() {
            @Override
            public void start() {
                for (int i = 0; i < share; i++) {
                    call(vertx);
                }
            }
        };
    }

    private void call(Vertx vertx) {
        int call = started.getAndIncrement();
        if (call >= nanos.length) {
            return;
        }
        long begin = System.nanoTime();
        redis.send(Request.cmd(Command.GET).arg(KEYS.get(call % KEYS.size()))).onComplete(answer -> {
            nanos[call] = System.nanoTime() - begin;
            count(answer);
            if (answer.succeeded()) {
                call(vertx);
            } else {
                // Failures come at once: without a turn of the event loop in between, a row of them would fill the stack.
                vertx.runOnContext(now -> call(vertx));
            }
        });
    }

    private void count(AsyncResult<Response> answer) {
        if (answer.failed()) {
            failed.incrementAndGet();
            firstFailure.compareAndSet(null, answer.cause().toString());
        }
        if (finished.incrementAndGet() == nanos.length) {
            done.complete();
        }
    }

    private Report report(long duration) {
        Arrays.sort(nanos);
        int failures = failed.get();
        long answered = nanos.length - failures;
        return new Report(nanos.length, callers, failures, firstFailure.get(), TimeUnit.NANOSECONDS.toMillis(duration),
                answered * TimeUnit.SECONDS.toNanos(1) / duration, micros(0.5), micros(0.99));
    }

    private long micros(double share) {
        return TimeUnit.NANOSECONDS.toMicros(nanos[(int) ((nanos.length - 1) * share)]);
    }
}
