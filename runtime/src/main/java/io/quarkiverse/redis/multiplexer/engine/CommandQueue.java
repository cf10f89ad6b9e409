package io.quarkiverse.redis.multiplexer.engine;

import java.util.Arrays;

/**
 * A queue of commands in a ring that grows by doubling and shrinks when it is emptied. Unlike {@link java.util.ArrayDeque} it
 * lets look at any position, which is how commands in flight are failed without losing their place. Not thread-safe.
 */
final class CommandQueue {

    private static final int INITIAL_CAPACITY = 64;
    /** A ring larger than this is given back when it is empty: a burst must not be paid for ever after. */
    private static final int RETAINED_CAPACITY = 4096;

    private PendingCommand[] ring = new PendingCommand[INITIAL_CAPACITY];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void addLast(PendingCommand command) {
        growIfFull();
        ring[head + size++ & ring.length - 1] = command;
    }

    void addFirst(PendingCommand command) {
        growIfFull();
        head = head - 1 & ring.length - 1;
        ring[head] = command;
        size++;
    }

    /** @return {@code null} if empty */
    PendingCommand peekFirst() {
        return ring[head];
    }

    /** @param index 0 is the first */
    PendingCommand get(int index) {
        return ring[head + index & ring.length - 1];
    }

    /** @return {@code null} if empty */
    PendingCommand pollFirst() {
        PendingCommand command = ring[head];
        if (command != null) {
            ring[head] = null;
            head = head + 1 & ring.length - 1;
            if (--size == 0 && ring.length > RETAINED_CAPACITY) {
                ring = new PendingCommand[INITIAL_CAPACITY];
                head = 0;
            }
        }
        return command;
    }

    /** @return {@code null} if empty */
    PendingCommand pollLast() {
        if (size == 0) {
            return null;
        }
        int last = head + --size & ring.length - 1;
        PendingCommand command = ring[last];
        ring[last] = null;
        return command;
    }

    /** Empties the queue, and fails what was in it. */
    void failAll(Throwable cause) {
        for (PendingCommand command; (command = pollFirst()) != null;) {
            command.fail(cause);
        }
    }

    private void growIfFull() {
        if (size == ring.length) {
            PendingCommand[] larger = Arrays.copyOf(ring, ring.length * 2);
            // What had wrapped around to the start of the ring follows on from its end now.
            System.arraycopy(ring, 0, larger, ring.length, head);
            Arrays.fill(larger, 0, head, null);
            ring = larger;
        }
    }
}
