package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes of the commands that a client has accepted and not completed, and rejects what would be too many
 * ({@code quarkus.redis-multiplexer.max-pending-bytes}).
 */
public interface PendingBytes {

    /** For what is not a caller's. */
    PendingBytes UNCOUNTED = new PendingBytes() {
        @Override
        public boolean reserve(long bytes) {
            return true;
        }

        @Override
        public void release(long bytes) {
        }
    };

    /** @return whether there was room for them; then they are to be {@linkplain #release given back} */
    boolean reserve(long bytes);

    void release(long bytes);

    /** The count of a whole client. Thread-safe. */
    static PendingBytes atMost(long limit) {
        AtomicLong left = new AtomicLong(limit);
        return new PendingBytes() {
            @Override
            public boolean reserve(long bytes) {
                // Read first: while there is no room, those who are rejected must not take it from those who would fit.
                if (left.get() < bytes) {
                    return false;
                }
                if (left.addAndGet(-bytes) < 0) {
                    left.addAndGet(bytes);
                    return false;
                }
                return true;
            }

            @Override
            public void release(long bytes) {
                left.addAndGet(bytes);
            }
        };
    }
}
