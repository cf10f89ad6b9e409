package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/** The outcome of everyday load while something happened to the one primary. All moments are by {@link System#nanoTime()}. */
final class PrimaryJudge {

    /** Which acknowledged writes servers may lose, whatever the client. */
    enum Losses {
        NONE,
        /** A server that dies may take with it what its replicas had not got: one write of each caller at most. */
        LAST_OF_CALLERS,
        /** An old primary acknowledges what it likes until its clients hear of the new one. */
        ANY
    }

    private static final long GRACE_MILLIS = 1500;
    private static final int LONGEST_FAILURE_MILLIS = 50;
    /** Until all connections have noticed that there is nobody. */
    private static final long NOTICED_MILLIS = 500;

    private final Findings findings;
    private final Callers callers;
    private final Judge judge;
    private final List<Outcome> outcomes;

    /** @param callers have stopped */
    PrimaryJudge(Findings findings, Callers callers) {
        this.findings = findings;
        this.callers = callers;
        this.judge = new Judge(findings, callers);
        this.outcomes = callers.outcomes().toList();
    }

    void noFailures() {
        judge.noFailures();
    }

    void nothingLate() {
        judge.nothingLate();
    }

    /** Commands wait; what was under way is one command of each caller, and its failure tells that. */
    void onlyUnderWayFailed() {
        findings.atMost("failures", failures(), Callers.COUNT);
        findings.none("failures as not sent", outcomes.stream()
                .filter(outcome -> !outcome.succeeded() && outcome.fate() != Fate.SENT).map(Outcome::failure).toList());
    }

    /**
     * While there is no primary, commands fail soon.
     *
     * @param until when there was one
     */
    void failedSoon(long from, long until, boolean held) {
        long slowest = outcomes.stream().filter(outcome -> !outcome.succeeded()).filter(outcome -> outcome.begun()
                - from > TimeUnit.MILLISECONDS.toNanos(NOTICED_MILLIS) && outcome.begun() - until < 0)
                .mapToLong(Outcome::millis).max().orElse(-1);
        findings.tell("failures", failures());
        findings.within("slowest failure, ms", slowest, held ? LONGEST_FAILURE_MILLIS : Ground.DEADLINE.toMillis());
    }

    private long failures() {
        return outcomes.stream().filter(outcome -> !outcome.succeeded()).count();
    }

    /** @param limit of the longest time in which nothing succeeded, in milliseconds */
    void longestPause(long from, long until, long limit, boolean held) {
        long[] successes = outcomes.stream().filter(Outcome::succeeded).mapToLong(Outcome::ended)
                .filter(end -> end - from >= 0 && end - until <= 0).sorted().toArray();
        long longest = 0;
        long before = from;
        for (long success : successes) {
            longest = Math.max(longest, success - before);
            before = success;
        }
        longest = TimeUnit.NANOSECONDS.toMillis(Math.max(longest, until - before));
        if (held) {
            findings.atMost("longest time without a success, ms", longest, limit);
        } else {
            findings.tell("longest time without a success, ms", longest);
        }
    }

    /**
     * @param outage how long it took until there was a new primary, in milliseconds
     * @param limit in milliseconds, where that is quick
     */
    void recovery(long from, long outage, long limit) {
        long ended = outcomes.stream().filter(Outcome::succeeded).filter(outcome -> outcome.begun() - from >= 0)
                .mapToLong(outcome -> outcome.ended() - from).min().orElse(-1);
        findings.tell("a new primary after, ms", outage);
        findings.within("first success after, ms", ended < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(ended),
                Math.max(limit, outage + GRACE_MILLIS));
    }

    /** Holds counters against what their callers were told. */
    void counters(RedisSentinels servers, int primary, Losses losses) {
        counters(key -> servers.call(primary, "GET", key), losses);
    }

    /** @param stored what a key has */
    void counters(Function<String, Object> stored, Losses losses) {
        if (losses != Losses.ANY) {
            judge.counters(callers, stored, losses == Losses.NONE ? -1 : 0);
            return;
        }
        List<Callers.CounterCheck> checks = callers.counters(stored);
        findings.tell("increments", outcomes.stream()
                .filter(outcome -> outcome.verb() == Verb.INCR && outcome.succeeded()).count());
        findings.tell("acknowledged by an old primary, and lost",
                checks.stream().mapToLong(Callers.CounterCheck::missing).sum());
        findings.atMost("increments that nobody was told of",
                checks.stream().mapToLong(Callers.CounterCheck::surplus).sum(), 0);
    }
}
