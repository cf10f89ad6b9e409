package io.quarkiverse.redis.multiplexer.engine.resp;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

import io.netty.buffer.ByteBuf;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BooleanType;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.NumberType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** The values that are no aggregates. One that makes no sense is told by a {@link SkippedReplyException}: its end is known. */
final class Scalars {

    private static final Response QUEUED = SimpleStringType.create("QUEUED");
    private static final List<String> WINDOWS_NANS = List.of("1.#ind", "1.#nan", "1.#qnan", "1.#snan");

    private Scalars() {
    }

    static Response simpleString(ByteBuf in, int from, int to) {
        if (to - from == 2 && in.getShort(from) == ('O' << 8 | 'K')) {
            return SimpleStringType.OK;
        }
        if (to - from == 6 && in.getInt(from) == ('Q' << 24 | 'U' << 16 | 'E' << 8 | 'U')
                && in.getShort(from + 4) == ('E' << 8 | 'D')) {
            return QUEUED;
        }
        return SimpleStringType.create(text(in, from, to));
    }

    static Response error(ByteBuf in, int from, int to) {
        return ErrorType.create(text(in, from, to));
    }

    static Response integer(ByteBuf in, int from, int to) throws SkippedReplyException {
        try {
            return NumberType.create(Ascii.parseLong(in, from, to));
        } catch (RespException e) {
            throw new SkippedReplyException("it has an integer that is none of 64 bits");
        }
    }

    static Response bool(ByteBuf in, int from, int to) throws SkippedReplyException {
        if (to - from == 1) {
            byte letter = in.getByte(from);
            if (letter == 't') {
                return BooleanType.TRUE;
            }
            if (letter == 'f') {
                return BooleanType.FALSE;
            }
        }
        throw new SkippedReplyException("it has a boolean that is neither t nor f");
    }

    static Response bigNumber(ByteBuf in, int from, int to) throws SkippedReplyException {
        String text = text(in, from, to);
        if (!isInteger(text, 0)) {
            throw new SkippedReplyException("it has a big number that is none");
        }
        return NumberType.create(new BigInteger(text));
    }

    static Response floatingPoint(ByteBuf in, int from, int to) throws SkippedReplyException {
        return NumberType.create(parseDouble(text(in, from, to)));
    }

    /** The response to a bulk string that is known to have come as a whole. */
    static Response bulk(byte type, byte[] bytes) throws SkippedReplyException {
        return switch (type) {
            case '!' -> ErrorType.create(new String(bytes, StandardCharsets.UTF_8));
            case '=' -> verbatim(bytes);
            default -> new BulkString(bytes, null);
        };
    }

    private static Response verbatim(byte[] bytes) throws SkippedReplyException {
        if (bytes.length < 4 || bytes[3] != ':') {
            throw new SkippedReplyException("it has a verbatim string that does not start with its format");
        }
        byte[] content = new byte[bytes.length - 4];
        System.arraycopy(bytes, 4, content, 0, content.length);
        return new BulkString(content, new String(bytes, 0, 3, StandardCharsets.US_ASCII));
    }

    private static String text(ByteBuf in, int from, int to) {
        return in.toString(from, to - from, StandardCharsets.UTF_8);
    }

    private static double parseDouble(String text) throws SkippedReplyException {
        // Java would read more: "1.5f", "1d", " 1". And what it does not read costs an exception with a stack trace, hundreds of
        // times what the peer has sent.
        return isFinite(text) ? Double.parseDouble(text) : parseNonFinite(text);
    }

    /**
     * Digits with a point before, among or behind them, or none; perhaps a sign, and an exponent. Hexadecimal as
     * {@code printf("%a")} of the C library writes them.
     */
    private static boolean isFinite(String text) {
        int start = skipSign(text, 0);
        boolean hexadecimal = text.startsWith("0x", start);
        int radix = hexadecimal ? 16 : 10;
        int whole = hexadecimal ? start + 2 : start;
        int end = skipDigits(text, whole, radix);
        int count = end - whole;
        if (end < text.length() && text.charAt(end) == '.') {
            int fraction = end + 1;
            end = skipDigits(text, fraction, radix);
            count += end - fraction;
        }
        boolean exponent = end < text.length() && (text.charAt(end) | ' ') == (hexadecimal ? 'p' : 'e');
        if (count == 0 || hexadecimal && !exponent) {
            return false;
        }
        return exponent ? isInteger(text, end + 1) : end == text.length();
    }

    /** Whether all from there on is digits, perhaps with a sign. */
    private static boolean isInteger(String text, int from) {
        int digits = skipSign(text, from);
        return digits < text.length() && skipDigits(text, digits, 10) == text.length();
    }

    private static int skipSign(String text, int from) {
        return from < text.length() && (text.charAt(from) == '-' || text.charAt(from) == '+') ? from + 1 : from;
    }

    private static int skipDigits(String text, int from, int radix) {
        int index = from;
        // Other scripts have digits, too.
        while (index < text.length() && text.charAt(index) < 128 && Character.digit(text.charAt(index), radix) >= 0) {
            index++;
        }
        return index;
    }

    /**
     * RESP3 has {@code inf}, {@code -inf} and {@code nan}, but servers before 7.2 send what their C library writes:
     * {@code -nan}, {@code NAN}, {@code nan(ind)}, {@code INFINITY}, {@code 1.#QNAN}
     * (<a href="https://github.com/redis/redis/pull/11597">redis#11597</a>).
     */
    private static double parseNonFinite(String text) throws SkippedReplyException {
        String word = text.toLowerCase(Locale.ROOT);
        boolean negative = word.startsWith("-");
        if (negative || word.startsWith("+")) {
            word = word.substring(1);
        }
        if (word.equals("inf") || word.equals("infinity") || word.startsWith("1.#inf")) {
            return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (word.equals("nan") || word.startsWith("nan(") && word.endsWith(")") || isWindowsNan(word)) {
            return Double.NaN;
        }
        throw new SkippedReplyException("it has a double that is no number");
    }

    private static boolean isWindowsNan(String word) {
        return WINDOWS_NANS.stream()
                .anyMatch(nan -> word.startsWith(nan) && skipDigits(word, nan.length(), 10) == word.length());
    }
}
