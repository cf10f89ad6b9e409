package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.netty.buffer.ByteBuf;

/** {@link Ascii}, which reads words, against what reads bytes. */
class AsciiTest {

    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private final SplittableRandom random = new SplittableRandom(5);

    @ParameterizedTest
    @EnumSource(names = { "HEAP", "DIRECT", "SLICE" })
    void theFirstCarriageReturnIsFound(Buffers buffers) {
        Buffers.Source source = buffers.source();
        for (int i = 0; i < 50_000; i++) {
            String bytes = bytes(random.nextInt(40), "\r\r\n\u000c\u000e\u008d\u0000\u00ff0123456789abcdefgh");
            int from = random.nextInt(bytes.length() + 1);
            int to = from + random.nextInt(bytes.length() - from + 1);
            int found = bytes.substring(0, to).indexOf('\r', from);
            ByteBuf in = source.chunk(bytes);
            assertEquals(found, Ascii.findCarriageReturn(in, from, to), () -> bytes + " from " + from + " to " + to);
            in.release();
        }
    }

    @Test
    void noOtherByteIsTakenForACarriageReturn() {
        for (int other = 0; other < 256; other++) {
            for (int position = 0; position < 16; position++) {
                StringBuilder bytes = new StringBuilder("\u000e".repeat(16));
                bytes.setCharAt(position, (char) other);
                int expected = other == '\r' ? position : -1;
                assertEquals(expected, Ascii.findCarriageReturn(Deliveries.chunk(bytes.toString()), 0, 16));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = { "HEAP", "DIRECT", "SLICE" })
    void aNumberIsParsed(Buffers buffers) throws RespException {
        Buffers.Source source = buffers.source();
        for (int i = 0; i < 50_000; i++) {
            String before = bytes(random.nextInt(10), "0123456789");
            String number = sign() + bytes(1 + random.nextInt(18), "0123456789");
            // What follows must not be taken for digits of the number, and at the end of the buffer nothing follows.
            String after = bytes(random.nextInt(10), "0123456789\r\n");
            ByteBuf in = source.chunk(before + number + after);
            long value = Ascii.parseLong(in, before.length(), before.length() + number.length());
            assertEquals(new BigInteger(number).longValueExact(), value, () -> before + "[" + number + "]" + after);
            in.release();
        }
    }

    @ParameterizedTest
    @EnumSource(names = { "HEAP", "DIRECT", "SLICE" })
    void whatIsNoNumberIsRefused(Buffers buffers) throws RespException {
        Buffers.Source source = buffers.source();
        int refused = 0;
        for (int i = 0; i < 50_000; i++) {
            String text = bytes(random.nextInt(22), random.nextInt(3) == 0 ? "0123456789/:+- \u00b0\u0000" : "0123456789");
            ByteBuf in = source.chunk(text);
            if (isLong(text)) {
                assertEquals(Long.parseLong(text), Ascii.parseLong(in, 0, text.length()), text);
            } else {
                assertThrows(RespException.class, () -> Ascii.parseLong(in, 0, text.length()), text);
                refused++;
            }
            in.release();
        }
        assertTrue(refused > 5_000 && refused < 45_000, "Both happen: " + refused);
    }

    @Test
    void aByteThatIsNoDigitIsRefusedAtEveryPosition() {
        for (int length = 1; length <= 10; length++) {
            for (int position = 0; position < length; position++) {
                for (int other = 0; other < 256; other++) {
                    StringBuilder text = new StringBuilder("5".repeat(length));
                    text.setCharAt(position, (char) other);
                    boolean accepted = accepts(text.toString());
                    assertEquals(isLong(text.toString()), accepted, text::toString);
                }
            }
        }
    }

    @Test
    void theLimitsOfLongAreExact() {
        assertTrue(accepts("9223372036854775807"));
        assertTrue(accepts("-9223372036854775808"));
        for (String tooLarge : new String[] { "9223372036854775808", "-9223372036854775809", "9223372036854775810",
                "18446744073709551616", "18446744073709551617", "92233720368547758070" }) {
            assertEquals(false, accepts(tooLarge), tooLarge);
        }
    }

    private static boolean accepts(String text) {
        ByteBuf in = Deliveries.chunk(text);
        try {
            return Ascii.parseLong(in, 0, text.length()) == new BigInteger(text).longValueExact();
        } catch (RespException e) {
            return false;
        }
    }

    private static boolean isLong(String text) {
        if (!NUMBER.matcher(text).matches()) {
            return false;
        }
        BigInteger value = new BigInteger(text);
        return value.compareTo(MIN) >= 0 && value.compareTo(MAX) <= 0;
    }

    private String sign() {
        return switch (random.nextInt(4)) {
            case 0 -> "-";
            case 1 -> "+";
            default -> "";
        };
    }

    private String bytes(int count, String alphabet) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < count; i++) {
            bytes.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return bytes.toString();
    }
}
