package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** What became of everyday load while something happened to one shard, or to none. */
final class Judge {

    private static final long LATE_MILLIS = Ground.DEADLINE.toMillis() + 1000;
    static final long RECOVERY_MILLIS = Ground.NODE_TIMEOUT + 1500;
    private static final long GRACE_MILLIS = 1500;
    private static final int WORST_P99_RATIO = 3;
    /** In microseconds: of less than that, a factor tells nothing. */
    private static final long SMALL_P99 = 5_000;
    private static final int PERCENT = 100;
    private static final int PERCENTILE = 99;

    private final Findings findings;
    private final List<Outcome> outcomes;

    /** @param callers have stopped */
    Judge(Findings findings, Callers callers) {
        this.findings = findings;
        this.outcomes = callers.outcomes().toList();
        findings.tell("commands", outcomes.size());
    }

    /** Nobody is to notice, but for the callers of the shards named. */
    void noFailures(String of, Predicate<Outcome> which) {
        findings.none("failures" + of, outcomes.stream().filter(which).filter(outcome -> !outcome.succeeded())
                .map(outcome -> outcome.verb() + ": " + outcome.failure()).toList());
    }

    void noFailures() {
        noFailures("", outcome -> true);
    }

    void nothingLate() {
        findings.atMost("slowest command, ms", outcomes.stream().mapToLong(Outcome::millis).max().orElse(0), LATE_MILLIS);
    }

    /**
     * All moments are by {@link System#nanoTime()}.
     *
     * @param warm since when it had begun
     * @param from when it happened
     */
    void latencyOfOthers(int shard, long warm, long from, long until, boolean held) {
        long before = p99(shard, begun -> begun - warm >= 0 && begun - from < 0);
        long during = p99(shard, begun -> begun - from >= 0 && begun - until < 0);
        findings.tell("p99 of other shards before, us", before);
        String name = "p99 of other shards meanwhile, us";
        if (held) {
            findings.atMost(name, during, Math.max(SMALL_P99, WORST_P99_RATIO * before));
        } else {
            findings.tell(name, during);
        }
    }

    private long p99(int shard, LongPredicate begun) {
        long[] micros = outcomes.stream().filter(outcome -> outcome.shard() != shard && begun.test(outcome.begun()))
                .mapToLong(Outcome::micros).sorted().toArray();
        return micros.length == 0 ? 0 : micros[micros.length * PERCENTILE / PERCENT];
    }

    /**
     * @param outage how long the cluster itself took to have a new primary, in milliseconds
     * @param limit in milliseconds, where the cluster is quick
     */
    void recovery(int shard, long from, long outage, long limit) {
        long ended = outcomes.stream().filter(outcome -> outcome.shard() == shard && outcome.succeeded())
                .filter(outcome -> outcome.begun() - from >= 0).mapToLong(outcome -> outcome.ended() - from).min().orElse(-1);
        findings.tell("the cluster's own outage, ms", outage);
        findings.within("first success of its shard after, ms", ended < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(ended),
                Math.max(limit, outage + GRACE_MILLIS));
        findings.tell("failures of its shard",
                outcomes.stream().filter(outcome -> outcome.shard() == shard && !outcome.succeeded()).count());
    }

    /**
     * Holds counters against what their callers were told.
     *
     * @param struck the shard whose primary may have taken with it what its replica had not got: one increment of each caller
     *        at most; negative for none
     */
    void counters(Callers callers, RedisCluster cluster, int struck) {
        try (Data data = new Data(cluster)) {
            counters(callers, key -> data.call("GET", key), struck);
        }
    }

    /** @param stored what a key has */
    void counters(Callers callers, Function<String, Object> stored, int struck) {
        long lost = 0;
        long lostWithPrimary = 0;
        long surplus = 0;
        for (Callers.CounterCheck check : callers.counters(stored)) {
            boolean excused = check.shard() == struck && check.missing() <= 1;
            lost += excused ? 0 : check.missing();
            lostWithPrimary += excused ? check.missing() : 0;
            surplus += check.surplus();
        }
        findings.tell("increments", outcomes.stream().filter(outcome -> outcome.verb() == Verb.INCR && outcome.succeeded())
                .count());
        findings.atMost("acknowledged increments that are lost", lost, 0);
        if (struck >= 0) {
            findings.tell("lost with the primary, whose replica had not got them", lostWithPrimary);
        }
        findings.atMost("increments that nobody was told of", surplus, 0);
    }
}
