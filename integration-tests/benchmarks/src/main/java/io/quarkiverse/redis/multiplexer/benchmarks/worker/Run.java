package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the callers of one measurement have in common: whether they should go on, and what they have seen. Thread-safe.
 */
final class Run {

    private enum Phase {
        WARMING_UP,
        MEASURING,
        ENDING
    }

    private final Latencies latencies = new Latencies();
    private final LongAdder errors = new LongAdder();
    private final AtomicReference<String> firstError = new AtomicReference<>();
    private final CountDownLatch callers;
    private volatile Phase phase = Phase.WARMING_UP;

    Run(int callers) {
        this.callers = new CountDownLatch(callers);
    }

    void measure() {
        phase = Phase.MEASURING;
    }

    void end() {
        phase = Phase.ENDING;
    }

    boolean isEnding() {
        return phase == Phase.ENDING;
    }

    void answered(long nanos, int expectedBytes, int bytes) {
        if (bytes != expectedBytes) {
            failed(new IllegalStateException("A reply of " + bytes + " bytes instead of " + expectedBytes));
        } else if (phase == Phase.MEASURING) {
            latencies.record(nanos);
        }
    }

    void failed(Throwable cause) {
        errors.increment();
        firstError.compareAndSet(null, String.valueOf(cause));
    }

    /** A caller has had its last reply. */
    void leave() {
        callers.countDown();
    }

    /** Waits for the last reply. Callers that never get one are counted as errors. */
    void awaitEnd() throws InterruptedException {
        if (!callers.await(30, TimeUnit.SECONDS)) {
            errors.add(callers.getCount());
            firstError.compareAndSet(null, callers.getCount() + " callers never got their reply");
        }
    }

    Latencies latencies() {
        return latencies;
    }

    long errors() {
        return errors.sum();
    }

    /** @return {@code null} if there was none */
    String firstError() {
        return firstError.get();
    }
}
