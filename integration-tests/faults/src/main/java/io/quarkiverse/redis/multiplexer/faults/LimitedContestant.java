package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A client that is given only so many calls at a time, for one that answers none if they are more. Others wait, in order. A
 * call that is not answered in time does not count any longer.
 */
public final class LimitedContestant implements Contestant {

    private final Contestant contestant;
    private final Duration patience;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int free;

    public LimitedContestant(Contestant contestant, int limit, Duration patience) {
        this.contestant = contestant;
        this.free = limit;
        this.patience = patience;
    }

    @Override
    public CompletionStage<Object> send(Call call) {
        return whenFree(() -> contestant.send(call));
    }

    @Override
    public CompletionStage<Object> batch(List<Call> calls) {
        return whenFree(() -> contestant.batch(calls));
    }

    private CompletionStage<Object> whenFree(Supplier<CompletionStage<Object>> call) {
        CompletableFuture<Object> result = new CompletableFuture<>();
        submit(() -> {
            CompletableFuture<Object> reply;
            try {
                reply = call.get().toCompletableFuture();
            } catch (RuntimeException e) {
                reply = CompletableFuture.failedFuture(e);
            }
            reply.whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
            });
            reply.copy().completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS)
                    .whenComplete((value, failure) -> done());
        });
        return result;
    }

    /** Under the lock, so that calls are made in the order in which they came. */
    private void submit(Runnable start) {
        synchronized (waiting) {
            if (free > 0) {
                free--;
                start.run();
            } else {
                waiting.add(start);
            }
        }
    }

    private void done() {
        synchronized (waiting) {
            Runnable next = waiting.poll();
            if (next != null) {
                next.run();
            } else {
                free++;
            }
        }
    }

    @Override
    public boolean hasTransactions() {
        return contestant.hasTransactions();
    }

    @Override
    public CompletionStage<Session> connect() {
        return contestant.connect();
    }

    @Override
    public Fate fate(Throwable failure) {
        return contestant.fate(failure);
    }

    @Override
    public void subscribe(String channel, Runnable onMessage) {
        contestant.subscribe(channel, onMessage);
    }

    @Override
    public void subscribe(Subscribing how, List<String> channels, Subscriber subscriber) {
        contestant.subscribe(how, channels, subscriber);
    }

    @Override
    public OptionalInt timers() {
        return contestant.timers();
    }

    @Override
    public OptionalLong fallbackReads() {
        return contestant.fallbackReads();
    }

    @Override
    public List<Executor> loops() {
        return contestant.loops();
    }

    @Override
    public void close() {
        contestant.close();
    }

    @Override
    public void endLoops() {
        contestant.endLoops();
    }
}
