package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One fault that struck servers: when, and whose slots. Thread-safe. Moments are those of {@link System#nanoTime()}. */
final class Strike {

    /**
     * What a killed server has acknowledged in its last turn, its replica may not have got. A turn of a server that gets little
     * of the processor is long.
     */
    private static final long LAST_TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long NEVER = 0;

    private final ServerFault fault;
    private volatile BitSet slots;
    private final long begun = System.nanoTime();
    private final AtomicLong over = new AtomicLong(NEVER);
    private final AtomicLong firstSuccess = new AtomicLong(NEVER);

    /** @param slots whose commands may fail of it */
    Strike(ServerFault fault, BitSet slots) {
        this.fault = fault;
        this.slots = slots;
    }

    ServerFault fault() {
        return fault;
    }

    /** Slots that have come to the node since. */
    void alsoStrikes(BitSet more) {
        BitSet all = (BitSet) slots.clone();
        all.or(more);
        slots = all;
    }

    /** From now on the slots could be served again. */
    void ended() {
        over.compareAndSet(NEVER, System.nanoTime());
    }

    /** In words. */
    String age() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms after " + fault;
    }

    boolean hasBegunBy(long moment) {
        return begun - moment <= 0;
    }

    /** A command has succeeded that had to do with these slots only. */
    void succeeded(BitSet itsSlots, long itsBeginning) {
        if (itsBeginning - begun > 0 && firstSuccess.get() == NEVER && contains(itsSlots)) {
            firstSuccess.compareAndSet(NEVER, System.nanoTime());
        }
    }

    boolean awaitsSuccess() {
        return firstSuccess.get() == NEVER;
    }

    private boolean contains(BitSet others) {
        BitSet outside = (BitSet) others.clone();
        outside.andNot(slots);
        return outside.isEmpty() && !others.isEmpty();
    }

    /** From the strike to the first command that was begun after it and succeeded; {@code null} for never. */
    Long recoveryMillis() {
        return firstSuccess.get() == NEVER ? null : TimeUnit.NANOSECONDS.toMillis(firstSuccess.get() - begun);
    }

    /** Whether somebody has succeeded as soon as they should. */
    boolean isRecoveredInTime(Profile profile, Pauses pauses) {
        long success = firstSuccess.get();
        return success != NEVER
                && success - begun - pauses.between(begun, success) <= fault.longest(profile, outage()).toNanos();
    }

    /** How long the slots could not be served, by the servers' own doing. */
    Duration outage() {
        return Duration.ofNanos(over.get() == NEVER ? 0 : over.get() - begun);
    }

    /** Whether it may be the reason why a command with these slots failed at that moment. */
    boolean excuses(BitSet itsSlots, long failed, Profile profile, Pauses pauses) {
        long end = begun + fault.longest(profile, outage()).toNanos();
        return itsSlots.intersects(slots) && failed - begun >= 0 && failed - end - pauses.between(begun, failed) <= 0;
    }

    /** Whether it may have undone a write that was acknowledged. */
    boolean mayHaveUndone(Write write) {
        return fault.undoes().filter(after -> slots.get(write.slot())
                && write.acknowledged() - (begun - LAST_TURN_NANOS) >= 0
                && (over.get() == NEVER || write.begun() - over.get() - after.toNanos() < 0)).isPresent();
    }
}
