package io.quarkiverse.redis.multiplexer.nativeimage;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for something to come true. */
final class Waiting {

    private static final long PAUSE_MILLIS = 20;

    private Waiting() {
    }

    /**
     * @param state what there is at the moment
     * @param condition of it
     * @return the state that meets the condition
     * @throws Failed if there is none within {@code patience}, with the last one
     */
    static <T> T until(String what, Duration patience, Callable<T> state, Predicate<T> condition)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        String last;
        do {
            try {
                T now = state.call();
                if (condition.test(now)) {
                    return now;
                }
                last = String.valueOf(now);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                last = e.toString();
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } while (System.nanoTime() < deadline);
        throw new Failed("waited " + patience.toSeconds() + " s in vain for " + what + "; at last there was " + last);
    }
}
