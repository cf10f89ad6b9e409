package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/** One caller on one event loop, who writes growing numbers to a key, reads in between, and waits for no answer. */
final class Sequence {

    private static final int AT_ONCE = 50;
    private static final int READ_EVERY = 5;
    private static final int MOST_PENDING = 5000;
    private static final int PROGRESS = 200;
    private static final long PROGRESS_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long LATE_SECONDS = Ground.DEADLINE.toSeconds() + 1;

    /** A SET of the number, or a GET that is sent after it. */
    private record Sent(int number, boolean write, CompletableFuture<Object> reply) {
    }

    private final Contestant client;
    private final String key;
    private final int least;
    private final Executor loop;
    private final List<Sent> all = new ArrayList<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile int last;
    private volatile int answered;
    private volatile boolean stopping;

    final List<String> failures = new ArrayList<>();
    final List<String> violations = new ArrayList<>();

    /** @param least numbers to be written */
    Sequence(Contestant client, String key, int least) {
        this.client = client;
        this.key = key;
        this.least = least;
        this.loop = client.loops().get(0);
    }

    void start() {
        loop.execute(this::turn);
    }

    private void turn() {
        if (stopping && last >= least) {
            end.complete(null);
            return;
        }
        for (int i = 0; i < AT_ONCE && pending.get() < MOST_PENDING; i++) {
            int number = last + 1;
            last = number;
            send(Call.of(Verb.SET, key, String.valueOf(number)), true);
            if (i % READ_EVERY == 0) {
                send(Call.of(Verb.GET, key), false);
            }
        }
        CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, loop).execute(this::turn);
    }

    private void send(Call call, boolean write) {
        int number = last;
        pending.incrementAndGet();
        CompletableFuture<Object> reply;
        try {
            reply = client.send(call).toCompletableFuture();
        } catch (RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        reply = reply.copy().orTimeout(LATE_SECONDS, TimeUnit.SECONDS);
        reply.whenComplete((value, failure) -> {
            pending.decrementAndGet();
            answered = Math.max(answered, number);
        });
        all.add(new Sent(number, write, reply));
    }

    /**
     * Slots that move faster than commands do come back before what was refused has been sent again; then nobody can keep all
     * of
     * them in order.
     */
    void awaitProgress() throws InterruptedException {
        int sent = last;
        long start = System.nanoTime();
        while ((answered <= sent || last <= sent + PROGRESS) && System.nanoTime() - start < PROGRESS_TIMEOUT_NANOS) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** @return how many commands there were */
    int stop() throws Exception {
        stopping = true;
        end.get();
        int newest = 0;
        int acknowledged = 0;
        for (Sent sent : all) {
            Object value = result(sent);
            if (sent.write) {
                acknowledged = value == null ? acknowledged : sent.number;
            } else if (value != null) {
                int number = Integer.parseInt((String) value);
                if (number < newest || number > sent.number) {
                    violations.add("a GET sent after " + sent.number + " got " + number + " after " + newest);
                }
                newest = Math.max(newest, number);
            }
        }
        Object stored = client.send(Call.of(Verb.GET, key)).toCompletableFuture().get(LATE_SECONDS, TimeUnit.SECONDS);
        if (!String.valueOf(acknowledged).equals(stored)) {
            violations.add("in the end it is " + stored + ", and " + acknowledged + " was acknowledged last");
        }
        return all.size();
    }

    /** {@code null} if it failed. */
    private Object result(Sent sent) {
        try {
            return sent.reply.join();
        } catch (java.util.concurrent.CompletionException e) {
            failures.add((sent.write ? "SET: " : "GET: ") + Failures.words(Failures.cause(e)));
            return null;
        }
    }
}
