package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/**
 * How a command ended. Moments are those of {@link System#nanoTime()}.
 *
 * @param shard whose keys it has: the number of a primary as it was in the beginning
 * @param failure in words; empty if it succeeded
 * @param fate of one that failed
 */
record Outcome(int shard, Verb verb, long begun, long ended, String failure, Fate fate) {

    boolean succeeded() {
        return failure.isEmpty();
    }

    long micros() {
        return TimeUnit.NANOSECONDS.toMicros(ended - begun);
    }

    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(ended - begun);
    }
}
