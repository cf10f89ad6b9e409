package io.quarkiverse.redis.multiplexer.benchmarks;

import java.util.concurrent.TimeUnit;

/** How processes come to their end. */
final class Processes {

    private static final int PATIENCE_SECONDS = 10;

    private Processes() {
    }

    /** Waits for a process that has been asked to end, and ends it if it does not. */
    static void awaitEnd(Process process) {
        try {
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
