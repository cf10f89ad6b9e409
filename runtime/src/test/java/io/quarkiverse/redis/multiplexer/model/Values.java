package io.quarkiverse.redis.multiplexer.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.vertx.redis.client.Response;

/** Values that tell whose they are, how many their writer had written before, and whether all of them is there. */
final class Values {

    private static final int DIGITS = 10;

    private Values() {
    }

    static byte[] of(String key, long number, int size) {
        byte[] head = head(key, number, size).getBytes(StandardCharsets.US_ASCII);
        byte[] value = Arrays.copyOf(head, head.length + size);
        Arrays.fill(value, head.length, value.length, filler(number));
        return value;
    }

    /**
     * The number of a value that was read; 0 if there is none.
     *
     * @throws IllegalArgumentException if it is not a value of that key, or not what was written
     */
    static long number(String key, Response reply) {
        return reply == null ? 0 : number(key, reply.toBytes());
    }

    static long number(String key, byte[] value) {
        String start = new String(value, 0, Math.min(value.length, key.length() + 2 * DIGITS + 3), StandardCharsets.US_ASCII);
        String[] parts = start.split("#", 4);
        if (!parts[0].equals(key) || parts.length < 4) {
            throw new IllegalArgumentException("not a value of " + key + ": " + start);
        }
        long number = Long.parseLong(parts[1]);
        if (!Arrays.equals(value, of(key, number, Integer.parseInt(parts[2])))) {
            throw new IllegalArgumentException("not as it was written: " + start + "...");
        }
        return number;
    }

    private static String head(String key, long number, int size) {
        String format = "%0" + DIGITS + "d";
        return key + "#" + String.format(format, number) + "#" + String.format(format, size) + "#";
    }

    private static byte filler(long number) {
        return (byte) ('a' + number % 26);
    }
}
