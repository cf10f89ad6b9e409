package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;

/** Performs steps, and counts how they end. Thread-safe. */
final class Tally {

    private static final int LONGEST_TEXT = 160;
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
    private final Witness witness;

    Tally(Contestant contestant, Profile profile) {
        this(contestant, profile, Witness.NOBODY);
    }

    Tally(Contestant contestant, Profile profile, Witness witness) {
        this.witness = witness;
        this.contestant = contestant;
        this.hangLimitMillis = profile.hangLimit().toMillis();
    }

    /** Never fails; completes when the step has ended, or has not within the limit for that: with whether it succeeded. */
    CompletableFuture<Boolean> perform(Step step) {
        commands.increment();
        long start = System.nanoTime();
        CompletableFuture<Object> reply;
        try {
            reply = send(step.calls()).toCompletableFuture().copy();
        } catch (RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        return reply.completeOnTimeout(HUNG, hangLimitMillis, TimeUnit.MILLISECONDS).handle((value, failure) -> {
            slowestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
            settle(step, start, value, failure);
            return failure == null && value != HUNG;
        });
    }

    private CompletionStage<Object> send(List<Call> calls) {
        return calls.size() == 1 ? contestant.send(calls.get(0)) : contestant.batch(calls);
    }

    private void settle(Step step, long start, Object value, Throwable failure) {
        if (value == HUNG) {
            hung.increment();
            step.failed(Fate.SENT);
            witness.failed(step, start, "hung");
        } else if (failure == null) {
            acknowledged.increment();
            if (!step.acknowledged(value)) {
                misdelivered.increment();
            }
            witness.succeeded(step, start);
        } else {
            Throwable cause = failure.getCause() == null || !isWrapper(failure) ? failure : failure.getCause();
            fail(step, cause);
            witness.failed(step, start, words(step, cause));
        }
    }

    /** The same for failures that differ in numbers only. */
    private static String words(Step step, Throwable failure) {
        String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("").replaceAll("[0-9]+", "N");
        String verbs = step.calls().stream().map(call -> call.verb().name()).collect(Collectors.joining(" "));
        return verbs + ": " + failure.getClass().getSimpleName() + ": "
                + line.substring(0, Math.min(line.length(), LONGEST_TEXT));
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

    /** @param start by {@link System#nanoTime()} */
    void report(long start, Figures figures) {
        figures.say(
                "%3d s: %,d commands, %,d acknowledged, %,d refused by the server, %,d failed unsent, %,d failed as sent, %,d hung",
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), commands.sum(), acknowledged.sum(), refused.sum(),
                failedUnsent.sum(), failedSent.sum(), hung.sum());
    }

    void count(Figures figures) {
        figures.put("commands", commands.sum());
        figures.put("acknowledged", acknowledged.sum());
        figures.put("refused", refused.sum());
        figures.put("failed_unsent", failedUnsent.sum());
        figures.put("failed_sent", failedSent.sum());
    }
}
