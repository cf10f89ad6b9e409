package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;

/** How long calls took: a histogram to each thread that records, so that recording takes no lock. */
final class Latencies {

    private static final long LOWEST_NANOS = 100;
    private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int DIGITS = 2;

    private final Queue<IntCountsHistogram> all = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<IntCountsHistogram> own = ThreadLocal.withInitial(() -> {
        IntCountsHistogram histogram = new IntCountsHistogram(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
        all.add(histogram);
        return histogram;
    });

    void record(long nanos) {
        own.get().recordValue(Math.min(nanos, HIGHEST_NANOS));
    }

    /** Everything that was recorded. Called when nobody records any more. */
    Histogram sum() {
        Histogram sum = new Histogram(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
        all.forEach(sum::add);
        return sum;
    }
}
