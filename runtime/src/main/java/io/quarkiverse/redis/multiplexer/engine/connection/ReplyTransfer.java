package io.quarkiverse.redis.multiplexer.engine.connection;

/**
 * How much of the reply that is being read has come, and since when. What the replies before it took does not count, nor does
 * the time before its first part was here. Used on the event loop of one connection.
 */
final class ReplyTransfer {

    /**
     * From where on a reply is large: others wait for it. As measured on a link of 1 Gbit/s and 1 ms: beside replies of this
     * size, the p99 of others was 10 ms, and 6 ms when such replies had a connection of their own; beside replies of 64 kB
     * there
     * was nothing to gain.
     */
    static final int LARGE_BYTES = 256 * 1024;

    private long bytesRead;
    /** {@link #bytesRead} when the previous reply was complete: up to some bytes, the next one is what has come since. */
    private long bytesReadBefore;
    private long lastRead;
    /** When the reply began: not before the previous one was complete, and not before its first part came. */
    private long began;

    /**
     * Some bytes have come, and are decoded next.
     *
     * @param now on the clock of {@link System#nanoTime()}
     * @param inReply whether a part of the reply was here before
     */
    void read(int bytes, long now, boolean inReply) {
        bytesRead += bytes;
        lastRead = now;
        if (!inReply) {
            began = now;
        }
    }

    long bytes() {
        return bytesRead - bytesReadBefore;
    }

    long nanos() {
        return lastRead - began;
    }

    /** The reply is complete; what comes now is the next one. */
    void next() {
        bytesReadBefore = bytesRead;
        began = lastRead;
    }
}
