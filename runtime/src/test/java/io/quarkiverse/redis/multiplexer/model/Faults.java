package io.quarkiverse.redis.multiplexer.model;

import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * One fault after the other, in turns: some in which connections end, then some in which none has a reason to. Which ones and
 * how long comes from the seed alone.
 */
final class Faults {

    private static final int PER_TURN = 3;
    private static final int MIN_MILLIS = 20;
    private static final int MAX_MILLIS = 250;
    /** So long after it a fault may be the cause of something. */
    private static final long AFTERMATH_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);

    private record Strike(Fault fault, long began, long ended) {
    }

    private final World world;
    private final SplittableRandom random;
    private final Queue<Strike> strikes = new ConcurrentLinkedQueue<>();
    private long aftermathNanos = AFTERMATH_NANOS;

    Faults(World world, SplittableRandom random) {
        this.world = world;
        this.random = random;
    }

    /** Returns when the last one is over. */
    void run(int turns) {
        for (int turn = 0; turn < turns; turn++) {
            boolean losses = turn % 2 == 0;
            List<Fault> choice = Arrays.stream(Fault.values()).filter(fault -> fault.endsConnections == losses).toList();
            for (int i = 0; i < PER_TURN; i++) {
                Fault.pause(random.nextInt(MIN_MILLIS, MAX_MILLIS) / 2);
                strike(choice.get(random.nextInt(choice.size())), random.nextInt(MIN_MILLIS, MAX_MILLIS));
            }
            // What comes next is not blamed on what was.
            Fault.pause((int) TimeUnit.NANOSECONDS.toMillis(losses ? AFTERMATH_NANOS : 0));
        }
    }

    private void strike(Fault fault, int millis) {
        long began = System.nanoTime();
        fault.strike(world, millis);
        strikes.add(new Strike(fault, began, System.nanoTime()));
    }

    /** What a fault causes comes later, because the machine was busy with other things. */
    void extendAftermath(long nanos) {
        aftermathNanos += nanos;
    }

    /** Whether a connection may have ended between the two moments. */
    boolean mayHaveEndedConnections(long from, long to) {
        return strikes.stream().anyMatch(strike -> strike.fault.endsConnections && strike.began - to <= 0
                && from - strike.ended <= aftermathNanos);
    }

    @Override
    public String toString() {
        return strikes.stream().map(strike -> strike.fault + " " + TimeUnit.NANOSECONDS.toMillis(strike.ended - strike.began))
                .toList().toString();
    }
}
