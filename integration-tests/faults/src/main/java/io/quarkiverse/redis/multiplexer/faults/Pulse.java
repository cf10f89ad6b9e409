package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/** A few callers on threads of their own, of whom it is known when each last succeeded. */
final class Pulse implements AutoCloseable {

    private static final int CALLERS = 32;
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final AtomicLongArray lastSuccess = new AtomicLongArray(CALLERS);
    private final List<Thread> threads = new ArrayList<>();
    private final Tally tally;
    private volatile boolean stopping;

    Pulse(Arena arena, Profile profile, Ledger ledger) {
        tally = new Tally(arena.contestant(), profile);
        for (int i = 0; i < CALLERS; i++) {
            int index = i;
            Caller caller = new Caller(index, ledger, new SplittableRandom(index), 0);
            threads.add(new Thread(() -> beat(index, caller), "pulse-" + i));
        }
        long start = System.nanoTime();
        threads.forEach(Thread::start);
        recoveredAfter(start, profile.patience());
    }

    private void beat(int index, Caller caller) {
        while (!stopping) {
            // When it was begun, so that it is known to be one of the time after.
            long begun = System.nanoTime();
            if (tally.perform(caller.next()).join()) {
                lastSuccess.set(index, begun);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /**
     * Waits until every caller has succeeded with a command that was begun after {@code moment}.
     *
     * @return when that was, in milliseconds after {@code moment}; {@code null} if not within {@code patience}
     */
    Long recoveredAfter(long moment, Duration patience) {
        for (long now; (now = System.nanoTime()) - moment < patience.toNanos();) {
            boolean all = true;
            for (int i = 0; i < CALLERS; i++) {
                all &= lastSuccess.get(i) - moment > 0;
            }
            if (all) {
                return TimeUnit.NANOSECONDS.toMillis(now - moment);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return null;
    }

    /** How many commands have failed so far, for whatever reason. */
    long failures() {
        return tally.failures();
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
