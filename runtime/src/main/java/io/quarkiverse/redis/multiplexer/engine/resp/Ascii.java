package io.quarkiverse.redis.multiplexer.engine.resp;

import io.netty.buffer.ByteBuf;

/**
 * Reads the lines of RESP eight bytes at a time, with the usual arithmetic on bytes within a word (SIMD within a
 * register; see "Bit Twiddling Hacks", determine if a word has a zero byte, and Lemire, "Quickly parsing eight digits").
 */
final class Ascii {

    private static final long EVERY_BYTE = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long CARRIAGE_RETURNS = '\r' * EVERY_BYTE;
    private static final long ZEROS = '0' * EVERY_BYTE;

    private Ascii() {
    }

    /** The index of the first carriage return in {@code [from, to)}, or -1. */
    static int findCarriageReturn(ByteBuf in, int from, int to) {
        int index = from;
        for (; index + Long.BYTES <= to; index += Long.BYTES) {
            long difference = in.getLongLE(index) ^ CARRIAGE_RETURNS;
            long match = difference - EVERY_BYTE & ~difference & HIGH_BITS;
            if (match != 0) {
                return index + (Long.numberOfTrailingZeros(match) >>> 3);
            }
        }
        for (; index < to; index++) {
            if (in.getByte(index) == '\r') {
                return index;
            }
        }
        return -1;
    }

    /** The decimal number, signed or not, that fills {@code [from, to)}. */
    static long parseLong(ByteBuf in, int from, int to) throws RespException {
        int digits = to - from;
        if (digits > 0 && digits <= Long.BYTES && from + Long.BYTES <= in.capacity()) {
            long word = in.getLongLE(from) << (Long.BYTES - digits) * 8;
            if (digits < Long.BYTES) {
                word |= ZEROS >>> digits * 8;
            }
            if (isEightDigits(word)) {
                return parseEightDigits(word);
            }
        }
        return parseSlowly(in, from, to);
    }

    private static boolean isEightDigits(long word) {
        long highNibbles = 0xF0 * EVERY_BYTE;
        return (word & highNibbles) == ZEROS && (word + 6 * EVERY_BYTE & highNibbles) == ZEROS;
    }

    /** Adds up neighbours: digits to pairs, pairs to fours, fours to eight. The first digit is the lowest byte. */
    private static long parseEightDigits(long word) {
        long digits = word - ZEROS;
        long pairs = digits * 10 + (digits >>> 8);
        long evenPairs = pairs & 0x000000FF000000FFL;
        long oddPairs = pairs >>> 16 & 0x000000FF000000FFL;
        return evenPairs * (100 + (1_000_000L << 32)) + oddPairs * (1 + (10_000L << 32)) >>> 32;
    }

    private static long parseSlowly(ByteBuf in, int from, int to) throws RespException {
        int index = from;
        boolean negative = false;
        if (index < to && (in.getByte(index) == '-' || in.getByte(index) == '+')) {
            negative = in.getByte(index) == '-';
            index++;
        }
        if (index == to) {
            throw new RespException("A number has no digits");
        }
        // Negative, because the smallest long has no positive counterpart.
        long value = 0;
        for (; index < to; index++) {
            int digit = in.getByte(index) - '0';
            if (digit < 0 || digit > 9) {
                throw new RespException("A number has a byte that is no digit: " + (in.getByte(index) & 0xff));
            }
            if (value < (Long.MIN_VALUE + digit) / 10) {
                throw new RespException("A number does not fit 64 bits");
            }
            value = value * 10 - digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw new RespException("A number does not fit 64 bits");
        }
        return negative ? value : -value;
    }
}
