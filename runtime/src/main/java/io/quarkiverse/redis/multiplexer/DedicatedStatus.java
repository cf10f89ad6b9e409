package io.quarkiverse.redis.multiplexer;

/**
 * A snapshot of the connections to one node that are lent to one caller at a time.
 *
 * @param open connections that there are now
 * @param lent those among them that a caller has
 * @param connects connections made so far
 * @param lastError why one could not be made, the last time; {@code null} if that never happened
 */
public record DedicatedStatus(int open, int lent, long connects, String lastError) {

    /** Of a node where none has been needed yet. */
    public static final DedicatedStatus UNUSED = new DedicatedStatus(0, 0, 0, null);
}
