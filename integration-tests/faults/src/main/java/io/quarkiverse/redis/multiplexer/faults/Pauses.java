package io.quarkiverse.redis.multiplexer.faults;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** When this JVM, or the machine, did nothing for a while: by so much everything may be late. */
final class Pauses implements AutoCloseable {

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** Shorter ones are what schedulers do. */
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    private record Pause(long end, long nanos) {
    }

    private final Queue<Pause> pauses = new ConcurrentLinkedQueue<>();
    private final Thread watch = new Thread(this::watch, "pauses");
    private volatile boolean stopping;

    static Pauses watching() {
        Pauses pauses = new Pauses();
        pauses.watch.setDaemon(true);
        pauses.watch.start();
        return pauses;
    }

    private void watch() {
        for (long before = System.nanoTime(); !stopping;) {
            LockSupport.parkNanos(TICK_NANOS);
            long now = System.nanoTime();
            if (now - before - TICK_NANOS > SHORTEST_NANOS) {
                pauses.add(new Pause(now, now - before - TICK_NANOS));
            }
            before = now;
        }
    }

    /** In nanoseconds, of pauses that ended between two moments of {@link System#nanoTime()}. */
    long between(long begin, long end) {
        return pauses.stream().filter(pause -> pause.end - begin >= 0 && pause.end - end <= 0).mapToLong(Pause::nanos).sum();
    }

    long longestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(pauses.stream().mapToLong(Pause::nanos).max().orElse(0));
    }

    @Override
    public void close() {
        stopping = true;
    }
}
