package io.quarkiverse.redis.multiplexer.faults;

import java.nio.charset.StandardCharsets;

/** The slots of a cluster, computed without any client. */
public final class Slots {

    static final int COUNT = 16384;
    private static final int POLYNOMIAL = 0x1021;

    private Slots() {
    }

    /** Of the key, or of what is between its first braces, if there is anything. */
    public static int of(String key) {
        int open = key.indexOf('{');
        int close = open < 0 ? -1 : key.indexOf('}', open + 1);
        String hashed = close > open + 1 ? key.substring(open + 1, close) : key;
        int crc = 0;
        for (byte next : hashed.getBytes(StandardCharsets.UTF_8)) {
            crc ^= (next & 0xff) << Byte.SIZE;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
            }
        }
        return crc & COUNT - 1;
    }
}
