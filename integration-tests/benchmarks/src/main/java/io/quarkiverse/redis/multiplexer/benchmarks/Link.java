package io.quarkiverse.redis.multiplexer.benchmarks;

import java.util.concurrent.TimeUnit;

/** What is between contestants and the server. */
enum Link {
    LOOPBACK("", 0),
    /** A round trip of 0.2 ms, as within a data centre. */
    FIFTH_OF_A_MILLISECOND("-over-0.2ms", 100),
    /** A round trip of 1 ms. */
    MILLISECOND("-over-1ms", 500);

    private final String suffix;
    private final long oneWayMicros;

    Link(String suffix, long oneWayMicros) {
        this.suffix = suffix;
        this.oneWayMicros = oneWayMicros;
    }

    /** What workloads are called over it, behind their own name. */
    String suffix() {
        return suffix;
    }

    long oneWayNanos() {
        return TimeUnit.MICROSECONDS.toNanos(oneWayMicros);
    }
}
