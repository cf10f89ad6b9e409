package io.quarkiverse.redis.multiplexer.engine.lane;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/**
 * Remembers how large the latest replies to {@linkplain PendingCommand#fingerprint reads} were, if they were
 * large: the next
 * one probably will be, too. It remembers few and forgets freely; a wrong guess costs some time and nothing else. Used on
 * one event loop.
 */
final class LargeReplies {

    private static final int CAPACITY = 256;

    /** 0 where there is none. */
    private final int[] reads = new int[CAPACITY];
    private final long[] bytes = new long[CAPACITY];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** In the place of whichever was there. */
    void put(int read, long replyBytes) {
        int slot = slot(read);
        size += reads[slot] == 0 ? 1 : 0;
        reads[slot] = read;
        bytes[slot] = replyBytes;
    }

    void remove(int read) {
        int slot = slot(read);
        if (reads[slot] == read) {
            reads[slot] = 0;
            size--;
        }
    }

    /** How large the latest reply was; 0 if it was not, or nothing is known of it. */
    long bytes(int read) {
        int slot = slot(read);
        return reads[slot] == read ? bytes[slot] : 0;
    }

    private static int slot(int read) {
        return (read ^ read >>> 16) & CAPACITY - 1;
    }
}
