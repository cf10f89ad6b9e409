package io.quarkiverse.redis.multiplexer.test;

import java.nio.charset.StandardCharsets;

/** Replaces a name by another of the same length in a stream of bytes that comes in chunks. One thread. */
final class Renaming {

    static final Renaming NONE = new Renaming("", "");

    private final byte[] name;
    private final byte[] other;
    /** How many bytes of the name were the last ones of the stream so far. */
    private int matched;

    /** @param other differs from the name in its last byte only: what has gone with an earlier chunk can't be changed */
    Renaming(String name, String other) {
        this.name = name.getBytes(StandardCharsets.US_ASCII);
        this.other = other.getBytes(StandardCharsets.US_ASCII);
        int last = name.length() - 1;
        if (name.length() != other.length() || last >= 0 && !name.substring(0, last).equals(other.substring(0, last))) {
            throw new IllegalArgumentException(name + " and " + other + " differ in more than their last byte");
        }
    }

    void apply(byte[] chunk, int length) {
        if (name.length == 0) {
            return;
        }
        for (int i = 0; i < length; i++) {
            matched = chunk[i] == name[matched] ? matched + 1 : chunk[i] == name[0] ? 1 : 0;
            if (matched == name.length) {
                chunk[i] = other[matched - 1];
                matched = 0;
            }
        }
    }
}
