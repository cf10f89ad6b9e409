package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Calls tracers and metrics, which are called for every command: what they throw, an {@link Error} included, costs nobody
 * anything, and is logged now and then, not for every command. Thread-safe.
 */
final class ForeignCalls {

    private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String callee;
    private final AtomicLong logged = new AtomicLong(System.nanoTime() - LOG_INTERVAL_NANOS);

    /** @param callee what logs call it */
    ForeignCalls(String callee) {
        this.callee = callee;
    }

    void run(Runnable code) {
        get(() -> {
            code.run();
            return null;
        }, null);
    }

    /** @param otherwise what is returned if the code throws */
    <T> T get(Supplier<T> code, T otherwise) {
        try {
            return code.get();
        } catch (Throwable e) {
            long last = logged.get();
            long now = System.nanoTime();
            if (now - last >= LOG_INTERVAL_NANOS && logged.compareAndSet(last, now)) {
                Guard.report(callee, e);
            }
            return otherwise;
        }
    }
}
