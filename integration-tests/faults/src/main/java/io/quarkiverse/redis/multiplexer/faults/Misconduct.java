package io.quarkiverse.redis.multiplexer.faults;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Callers whose callbacks throw, an exception or an error: one call in so many has one more callback, which does. */
final class Misconduct {

    private static final int INTERVAL = 50;

    private final AtomicInteger calls = new AtomicInteger();

    /** Runs {@code attach} with such a callback for some of the calls. */
    void perhaps(Consumer<Runnable> attach) {
        int number = calls.incrementAndGet();
        if (number % INTERVAL == 0) {
            boolean error = number % (2 * INTERVAL) == 0;
            try {
                attach.accept(() -> misbehave(error));
            } catch (Misbehaviour | Disaster e) {
                // The call was complete already: that is what its caller gets.
                return;
            }
        }
    }

    private static void misbehave(boolean error) {
        if (error) {
            throw new Disaster();
        }
        throw new Misbehaviour();
    }

    private static final class Misbehaviour extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Misbehaviour() {
            super("a caller's callback throws", null, false, false);
        }
    }

    private static final class Disaster extends Error {
        private static final long serialVersionUID = 1L;

        Disaster() {
            super("a caller's callback throws an error", null, false, false);
        }
    }
}
