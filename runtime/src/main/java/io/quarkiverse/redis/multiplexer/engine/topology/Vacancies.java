package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Slots that somebody had, and that nodes say nobody has any more. In the middle of a planned failover that is what they say:
 * they hear that the old primary is none before they hear that its replica has its slots. Whoever believed it at once would
 * leave out a shard, of SCAN, DBSIZE or FLUSHALL. So the slots stay the old owner's, which leads to the new one, until they
 * have been vacant for a while. Used on one event loop.
 */
final class Vacancies {

    /** A failover that takes longer has lost the primary, whose slots are told to be its own until then. */
    static final long BELIEVED_AFTER_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Since when there are any; empty if there are none, or they are believed. */
    private OptionalLong since = OptionalLong.empty();

    /** What is taken for true of what nodes have told. @param now on the clock of {@link System#nanoTime()} */
    SlotMap believe(SlotMap before, SlotMap told, long now) {
        SlotMap filled = told.filledFrom(before);
        if (filled == told) {
            since = OptionalLong.empty();
            return told;
        }
        if (since.isEmpty()) {
            since = OptionalLong.of(now);
        }
        if (now - since.getAsLong() < BELIEVED_AFTER_NANOS) {
            return filled;
        }
        since = OptionalLong.empty();
        return told;
    }

    /** Whether there are slots of which something else was told than is believed. */
    boolean exist() {
        return since.isPresent();
    }
}
