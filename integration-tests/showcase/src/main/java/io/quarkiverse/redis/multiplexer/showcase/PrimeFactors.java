package io.quarkiverse.redis.multiplexer.showcase;

import java.util.ArrayList;
import java.util.List;

/** The work of the {@link JobWorker}: short enough for an event loop. */
final class PrimeFactors {

    static final long SMALLEST = 2;
    /** Takes less than a millisecond. */
    static final long LARGEST = 10_000_000_000L;

    private PrimeFactors() {
    }

    /** In ascending order. */
    static List<Long> of(long number) {
        List<Long> factors = new ArrayList<>();
        long rest = number;
        for (long candidate = 2; candidate * candidate <= rest; candidate++) {
            while (rest % candidate == 0) {
                factors.add(candidate);
                rest /= candidate;
            }
        }
        if (rest > 1) {
            factors.add(rest);
        }
        return factors;
    }
}
