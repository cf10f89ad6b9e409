package io.quarkiverse.redis.multiplexer.engine.lane;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * What a {@link SideTrack} gives and costs, as measured. It gives others the time in which a large reply is transferred. It
 * costs the time in which the lane is held until such a reply begins, which should be no more than a round trip. Used on one
 * event loop.
 */
final class TransferEstimate {

    /** So many round trips the transfer of a reply must take, so that what it gives is clearly above what it may cost. */
    private static final double MIN_ROUND_TRIPS = 1.5;
    /** So many holds, as they have been on average: they stop everyone, and may take a twentieth of the time at most. */
    private static final int MIN_HOLDS = 20;
    /**
     * Of so many transfers one quarter was faster than what is expected. Most of them take longer than the network needs when
     * the machine is busy, which a side track does not help; some seem to be faster when the event loop was late to look.
     */
    private static final int TRANSFERS = 16;
    /** How much the latest hold tells, and all those before it. */
    private static final double LATEST_HOLD_WEIGHT = 0.25;
    /** What remains, after a large reply on the lane, of what holds have taken: they may be shorter by now. */
    private static final double HELD_REMAINS = 0.99;
    /**
     * The round trip is the shortest of those in the handshake and in the last one to two periods: what waits behind a large
     * request or reply takes longer, and where everything is large, only the handshake tells.
     */
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Of the latest transfers; the next one goes to {@link #transfers} modulo its length. */
    private final double[] nanosPerByte = new double[TRANSFERS];
    private int transfers;
    private double expectedNanosPerByte;
    private double heldNanos;
    private long inHandshake = Long.MAX_VALUE;
    private long shortest = Long.MAX_VALUE;
    private long shortestBefore = Long.MAX_VALUE;
    private long periodBegan;

    /** A large reply has been transferred. @param nanos from its first part to its last */
    void onTransfer(long bytes, long nanos) {
        nanosPerByte[transfers++ % TRANSFERS] = (double) nanos / bytes;
        if (transfers == 2 * TRANSFERS) {
            transfers = TRANSFERS;
        }
        double[] sorted = Arrays.copyOf(nanosPerByte, Math.min(transfers, TRANSFERS));
        Arrays.sort(sorted);
        expectedNanosPerByte = sorted[sorted.length / 4];
    }

    /** A large reply came on the lane. */
    void onLargeReplyOnLane() {
        heldNanos *= HELD_REMAINS;
    }

    /** A large reply on the side track has begun. @param nanos how long the lane was held until then */
    void onHeld(long nanos) {
        heldNanos += (nanos - heldNanos) * LATEST_HOLD_WEIGHT;
    }

    /** The lane has a new connection. @param nanos what a round trip took in its handshake */
    void onHandshake(long nanos) {
        inHandshake = nanos;
        shortest = Long.MAX_VALUE;
        shortestBefore = Long.MAX_VALUE;
    }

    /** @param now on the clock of {@link System#nanoTime()} */
    void onRoundTrip(long nanos, long now) {
        if (now - periodBegan > PERIOD_NANOS) {
            periodBegan = now;
            shortestBefore = shortest;
            shortest = Long.MAX_VALUE;
        }
        shortest = Math.min(shortest, nanos);
    }

    /** Whether a reply of so many bytes should be read on the side track. */
    boolean isWorthwhile(long bytes) {
        double roundTrip = Math.min(inHandshake, Math.min(shortest, shortestBefore));
        return bytes * expectedNanosPerByte > MIN_ROUND_TRIPS * roundTrip + MIN_HOLDS * heldNanos;
    }
}
