package io.quarkiverse.redis.multiplexer.test;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for servers to get somewhere. They may come and go while they are asked. */
final class Waiting {

    private static final long PAUSE_MILLIS = 20;

    private Waiting() {
    }

    /** @param state what there is instead, when it has been waited for in vain */
    static void until(String what, long timeoutNanos, BooleanSupplier condition, Supplier<?> state) {
        long deadline = System.nanoTime() + timeoutNanos;
        while (!isTrue(condition)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Waited in vain for " + what + ": " + state.get());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private static boolean isTrue(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (RuntimeException e) {
            return false;
        }
    }
}
