package io.quarkiverse.redis.multiplexer.engine.resp;

import io.netty.buffer.ByteBuf;

/**
 * The lines of RESP: each value begins with one. It is the whole value, or announces how much follows. The former may be
 * skipped where it is too long; where the latter can't be read, nothing tells where the next reply starts.
 */
final class Lines {

    /** Of a simple string or error; MONITOR's lines are the longest. */
    static final int MAX_TEXT = 1024 * 1024;
    /**
     * Of a big number or a double. The time to parse a big number grows with the square of its digits; the longest double is
     * a module's {@code long double} in {@code %.17Lf}, which takes up to 5 kB.
     */
    static final int MAX_BIG_NUMBER = 16 * 1024;
    /** Of an integer, boolean, length or count. */
    static final int MAX_NUMBER = 64;
    /** Of bytes of a bulk string, or elements of an aggregate: no server has that many, so it is not worth waiting for them. */
    static final long MAX_ANNOUNCEMENT = 1L << 40;

    private Lines() {
    }

    /** Whether the line is the whole value. */
    static boolean isScalar(byte type) {
        return switch (type) {
            case '+', '-', ':', ',', '(', '#', '_' -> true;
            default -> false;
        };
    }

    static boolean isBulk(byte type) {
        return type == '$' || type == '=' || type == '!';
    }

    /** @param length without the type and the line end */
    static void checkLength(byte type, int length) throws RespException, SkippedReplyException {
        int limit = switch (type) {
            case '+', '-' -> MAX_TEXT;
            case '(', ',' -> MAX_BIG_NUMBER;
            case ':', '_', '#' -> MAX_NUMBER;
            default -> {
                checkAnnouncement(type, length);
                yield MAX_NUMBER;
            }
        };
        if (length > limit) {
            throw new SkippedReplyException("it has a line that starts with '" + (char) type + "' and is longer than " + limit
                    + " bytes");
        }
    }

    /** @param type of what is no scalar */
    static void checkAnnouncement(byte type, int length) throws RespException {
        switch (type) {
            case '$', '=', '!', '*', '~', '%', '>', '|' -> {
                if (length > MAX_NUMBER) {
                    throw new RespException("A length or count is announced in more than " + MAX_NUMBER + " bytes");
                }
            }
            default -> throw unknownType(type);
        }
    }

    /** How many bytes or elements follow the line; -1 for the null of RESP2. */
    static long announced(ByteBuf in, int from, int to) throws RespException {
        long announced = Ascii.parseLong(in, from, to);
        if (announced < -1 || announced > MAX_ANNOUNCEMENT) {
            throw new RespException("A length or count is announced that can't be: " + announced);
        }
        return announced;
    }

    static RespException unknownType(byte type) {
        return new RespException("No RESP type starts with byte " + (type & 0xff));
    }

    /** How many values an aggregate has: a map and an attribute announce pairs. */
    static long elements(byte type, long announced) {
        return type == '%' || type == '|' ? 2 * announced : announced;
    }

    /** Nothing tells whether it counts as an element of what it is in. */
    static RespException pushInside() {
        return new RespException("A push inside of a reply");
    }

    static RespException unfinished() {
        return new RespException("A line ends in CR without LF");
    }
}
