package io.quarkiverse.redis.multiplexer.engine.lane;

import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;

/**
 * One event loop's part in the {@link PendingBytes} of its client: takes from there, and gives back, many commands' worth at
 * a time, so that event loops do not contend for each command. Used on its event loop.
 */
final class LoopPendingBytes implements PendingBytes {

    private final PendingBytes client;
    /** How much is taken at a time, and kept at most twice. */
    private final long block;
    /** Taken from the client, and not used. */
    private long spare;

    /** @param limit the client's */
    LoopPendingBytes(PendingBytes client, long limit) {
        this.client = client;
        // Several loops' spare bytes must not be a noticeable part of the limit.
        this.block = Math.min(64 * 1024, limit / 1024);
    }

    @Override
    public boolean reserve(long bytes) {
        if (spare >= bytes) {
            spare -= bytes;
            return true;
        }
        long missing = bytes - spare;
        if (client.reserve(missing + block)) {
            spare = block;
            return true;
        }
        if (client.reserve(missing)) {
            spare = 0;
            return true;
        }
        return false;
    }

    @Override
    public void release(long bytes) {
        spare += bytes;
        if (spare > 2 * block) {
            client.release(spare - block);
            spare = block;
        }
    }

    /** Gives back what nobody uses: the event loop has nothing to do at the moment. */
    void releaseSpare() {
        if (spare > 0) {
            client.release(spare);
            spare = 0;
        }
    }
}
