package io.quarkiverse.redis.multiplexer.faults;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;

/** Performs steps, and counts how they end. Thread-safe. */
final class Tally {

    private static final Object HUNG = new Object();

    final LongAdder commands = new LongAdder();
    final LongAdder acknowledged = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder failedUnsent = new LongAdder();
    final LongAdder failedSent = new LongAdder();
    final LongAdder misdelivered = new LongAdder();
    final LongAdder hung = new LongAdder();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final Contestant contestant;
    private final long hangLimitMillis;

    Tally(Contestant contestant, Profile profile) {
        this.contestant = contestant;
        this.hangLimitMillis = profile.hangLimit().toMillis();
    }

    /** Never fails; completes when the step has ended, or has not within the limit for that: with whether it succeeded. */
    CompletableFuture<Boolean> perform(Step step) {
        commands.increment();
        long start = System.nanoTime();
        CompletableFuture<Object> reply;
        try {
            reply = contestant.send(step.verb(), step.arguments()).toCompletableFuture().copy();
        } catch (RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        return reply.completeOnTimeout(HUNG, hangLimitMillis, TimeUnit.MILLISECONDS).handle((value, failure) -> {
            slowestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
            settle(step, value, failure);
            return failure == null && value != HUNG;
        });
    }

    private void settle(Step step, Object value, Throwable failure) {
        if (value == HUNG) {
            hung.increment();
            step.failed(Fate.SENT);
        } else if (failure == null) {
            acknowledged.increment();
            if (!step.acknowledged(value)) {
                misdelivered.increment();
            }
        } else {
            fail(step, failure.getCause() == null || !isWrapper(failure) ? failure : failure.getCause());
        }
    }

    private void fail(Step step, Throwable failure) {
        Fate fate = contestant.fate(failure);
        step.failed(fate);
        switch (fate) {
            case REFUSED -> {
                refused.increment();
                // The answer to a command on a key of another type: not to this one.
                if (failure.getMessage().startsWith("WRONGTYPE") || failure.getMessage().contains("not an integer")) {
                    misdelivered.increment();
                }
            }
            case UNSENT -> failedUnsent.increment();
            case SENT -> failedSent.increment();
        }
    }

    private static boolean isWrapper(Throwable failure) {
        return failure instanceof java.util.concurrent.CompletionException;
    }

    long failures() {
        return refused.sum() + failedUnsent.sum() + failedSent.sum() + hung.sum();
    }

    long slowestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(slowestNanos.get());
    }
}
