package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/**
 * Everyday load: 64 callers on event loops and 16 threads, each doing one thing after the other with keys of one shard, so that
 * a shard that does not answer holds up no caller of another one. GET, SET, INCR of a counter of its own, MGET of ten.
 */
final class Callers {

    /** The keys of those who are not told of shards. */
    static final List<List<String>> ONE_SHARD = List.of(ShardKeys.anywhere(1000));

    private static final int ON_LOOPS = 64;
    private static final int THREADS = 16;
    static final int COUNT = ON_LOOPS + THREADS;
    private static final int MEAN_PAUSE = 10;
    private static final int MANY = 10;
    private static final long BEYOND_DEADLINE_MILLIS = Ground.DEADLINE.toMillis() + 1000;
    private static final int WARM = 5000;
    private static final long WARM_UP_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final Object HUNG = new Object();

    private final Contestant contestant;
    private final List<Caller> callers = new ArrayList<>();
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final LongAdder succeeded = new LongAdder();
    private volatile boolean stopping;

    private Callers(Contestant contestant, List<List<String>> keys, SplittableRandom random) {
        this.contestant = contestant;
        for (int i = 0; i < COUNT; i++) {
            int shard = i % keys.size();
            callers.add(new Caller(shard, keys.get(shard), keys.size(), i, random.split()));
        }
    }

    /** @param keys by shard */
    static Callers start(Contestant contestant, List<List<String>> keys, SplittableRandom random) {
        Callers all = new Callers(contestant, keys, random);
        List<Executor> loops = contestant.loops();
        for (int i = 0; i < ON_LOOPS; i++) {
            all.startOn(loops.get(i % loops.size()), all.callers.get(i));
        }
        for (Caller caller : all.callers.subList(ON_LOOPS, COUNT)) {
            all.ends.add(CompletableFuture.runAsync(() -> all.loop(caller), all.threads));
        }
        return all;
    }

    /**
     * Waits until a client has begun, so that it is not judged by how it starts.
     *
     * @return when it had, by {@link System#nanoTime()}
     */
    long awaitWarm() throws InterruptedException {
        long start = System.nanoTime();
        while (succeeded.sum() < WARM && System.nanoTime() - start < WARM_UP_TIMEOUT_NANOS) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return System.nanoTime();
    }

    private void startOn(Executor loop, Caller caller) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        ends.add(end);
        loop.execute(() -> next(loop, caller, end));
    }

    private void next(Executor loop, Caller caller, CompletableFuture<Void> end) {
        if (stopping) {
            end.complete(null);
            return;
        }
        caller.act().thenRunAsync(() -> next(loop, caller, end),
                CompletableFuture.delayedExecutor(caller.pause(), TimeUnit.MILLISECONDS, loop));
    }

    private void loop(Caller caller) {
        while (!stopping) {
            caller.act().join();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(caller.pause()));
        }
    }

    /** Returns when every command has ended, or hangs. */
    void stop() {
        stopping = true;
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).join();
        threads.shutdown();
    }

    /** When they have stopped. */
    Stream<Outcome> outcomes() {
        return callers.stream().flatMap(caller -> caller.outcomes.stream());
    }

    /**
     * When they have stopped, what their counters show, against what they were told.
     *
     * @param stored what a key has
     */
    List<CounterCheck> counters(Function<String, Object> stored) {
        return callers.stream().map(caller -> caller.check(stored)).toList();
    }

    /**
     * Of one caller's counter.
     *
     * @param missing acknowledged increments that are not there
     * @param surplus increments that are there and nobody was told might be
     */
    record CounterCheck(int shard, long missing, long surplus) {
    }

    private final class Caller {

        private final int shard;
        private final List<String> keys;
        private final String counter;
        private final SplittableRandom random;
        private final List<Outcome> outcomes = new ArrayList<>();
        private long counted;
        private long perhapsCounted;

        Caller(int shard, List<String> keys, int shards, int number, SplittableRandom random) {
            this.shard = shard;
            this.keys = keys;
            this.counter = ShardKeys.ofShard(shard, shards, "counter:" + number + ":", 1).get(0);
            this.random = random;
        }

        long pause() {
            return 1 + random.nextInt(2 * MEAN_PAUSE);
        }

        private String key() {
            return keys.get(random.nextInt(keys.size()));
        }

        private Call call() {
            return switch (random.nextInt(4)) {
                case 0 -> Call.of(Verb.GET, key());
                case 1 -> Call.of(Verb.SET, key(), "value");
                case 2 -> Call.of(Verb.INCR, counter);
                default -> Call.of(Verb.MGET, Stream.generate(this::key).limit(MANY).toArray(String[]::new));
            };
        }

        CompletableFuture<?> act() {
            Call call = call();
            long begun = System.nanoTime();
            CompletableFuture<Object> reply;
            try {
                reply = contestant.send(call).toCompletableFuture().copy();
            } catch (RuntimeException e) {
                reply = CompletableFuture.failedFuture(e);
            }
            return reply.completeOnTimeout(HUNG, BEYOND_DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                    .handle((value, failure) -> record(call, begun, value, failure));
        }

        private Void record(Call call, long begun, Object value, Throwable thrown) {
            Throwable failure = Failures.cause(thrown);
            Fate fate = value == HUNG ? Fate.SENT : failure == null ? Fate.REFUSED : contestant.fate(failure);
            String words = value == HUNG ? "hung" : failure == null ? "" : Failures.words(failure);
            outcomes.add(new Outcome(shard, call.verb(), begun, System.nanoTime(), words, fate));
            if (words.isEmpty()) {
                succeeded.increment();
            }
            if (call.verb() == Verb.INCR) {
                counted += words.isEmpty() ? 1 : 0;
                perhapsCounted += !words.isEmpty() && fate == Fate.SENT ? 1 : 0;
            }
            return null;
        }

        CounterCheck check(Function<String, Object> stored) {
            Object text = stored.apply(counter);
            long value = text == null ? 0 : Long.parseLong((String) text);
            return new CounterCheck(shard, Math.max(0, counted - value), Math.max(0, value - counted - perhapsCounted));
        }
    }
}
