package io.quarkiverse.redis.multiplexer.engine;

/**
 * How much of the reply that is being read has come, and since when. What the replies before it took does not count, nor does
 * the time before its first part was here. Used on the event loop of one connection.
 */
final class ReplyTransfer {

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
