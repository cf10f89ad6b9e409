package io.quarkiverse.redis.multiplexer.engine;

/**
 * Remembers requests whose latest reply was large: the next one probably will be, too. It remembers few and forgets freely; a
 * wrong guess costs some time and nothing else. Used on one event loop.
 */
final class LargeReplies {

    /**
     * From where on a reply is large. As measured on a link of 1 Gbit/s and 1 ms: beside replies of this size, the p99 of
     * others was 10 ms, and 6 ms with a {@link SideTrack}; beside replies of 64 kB there was nothing to gain.
     */
    static final int MIN_BYTES = 256 * 1024;

    private static final int CAPACITY = 256;

    /** 0 where there is none. */
    private final int[] fingerprints = new int[CAPACITY];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(SingleCommand command) {
        int fingerprint = command.fingerprint();
        put(fingerprint, fingerprint);
    }

    void remove(SingleCommand command) {
        if (contains(command)) {
            put(command.fingerprint(), 0);
        }
    }

    boolean contains(SingleCommand command) {
        int fingerprint = command.fingerprint();
        return fingerprints[slot(fingerprint)] == fingerprint;
    }

    /** In the place of whichever was there. */
    private void put(int fingerprint, int value) {
        int slot = slot(fingerprint);
        size += (value == 0 ? 0 : 1) - (fingerprints[slot] == 0 ? 0 : 1);
        fingerprints[slot] = value;
    }

    private static int slot(int fingerprint) {
        return (fingerprint ^ fingerprint >>> 16) & CAPACITY - 1;
    }
}
