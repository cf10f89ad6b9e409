package io.quarkiverse.redis.multiplexer.faults;

import java.util.concurrent.TimeUnit;

/** A write that was acknowledged. Moments are those of {@link System#nanoTime()}. */
record Write(int slot, long begun, long acknowledged) {

    /** One that is acknowledged now. */
    static Write to(String key, long begun) {
        return new Write(Slots.of(key), begun, System.nanoTime());
    }

    /** In words. */
    String age() {
        long now = System.nanoTime();
        return TimeUnit.NANOSECONDS.toMillis(now - begun) + " to " + TimeUnit.NANOSECONDS.toMillis(now - acknowledged)
                + " ms ago";
    }
}
