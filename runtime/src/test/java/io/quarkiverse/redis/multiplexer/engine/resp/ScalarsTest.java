package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.netty.buffer.ByteBuf;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

class ScalarsTest {

    private interface Reader {
        Response read(ByteBuf in, int from, int to) throws SkippedReplyException;
    }

    /** Between other bytes, as in a buffer. */
    private static Response read(Reader reader, String text) throws SkippedReplyException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf in = Deliveries.chunk("19").writeBytes(bytes).writeBytes("91".getBytes(StandardCharsets.US_ASCII));
        return reader.read(in, 2, 2 + bytes.length);
    }

    @Test
    void okIsAlwaysTheSameObject() throws Exception {
        assertSame(SimpleStringType.OK, read(Scalars::simpleString, "OK"));
        assertEquals("OKAY", read(Scalars::simpleString, "OKAY").toString());
        assertEquals("K\u00e4se", read(Scalars::simpleString, "K\u00e4se").toString());
        assertEquals("", read(Scalars::simpleString, "").toString());
    }

    @Test
    void queuedIsAlwaysTheSameObject() throws Exception {
        assertEquals("QUEUED", read(Scalars::simpleString, "QUEUED").toString());
        assertSame(read(Scalars::simpleString, "QUEUED"), read(Scalars::simpleString, "QUEUED"));
        for (String other : new String[] { "QUEUEX", "QUEVED", "QUEUE", "QUEUEDX", "queued" }) {
            assertEquals(other, read(Scalars::simpleString, other).toString());
        }
    }

    @Test
    void anErrorIsAResponse() throws Exception {
        assertTrue(assertInstanceOf(ErrorType.class, read(Scalars::error, "WRONGTYPE of key")).is("WRONGTYPE"));
    }

    @Test
    void integersHave64Bits() throws Exception {
        assertEquals(Long.MIN_VALUE, read(Scalars::integer, String.valueOf(Long.MIN_VALUE)).toLong());
        assertEquals(Long.MAX_VALUE, read(Scalars::integer, String.valueOf(Long.MAX_VALUE)).toLong());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "x", "1.0", "9223372036854775808" })
    void whatIsNoIntegerIsSkipped(String text) {
        assertThrows(SkippedReplyException.class, () -> read(Scalars::integer, text));
    }

    @Test
    void booleansAreOneLetter() throws Exception {
        assertTrue(read(Scalars::bool, "t").toBoolean());
        assertEquals(false, read(Scalars::bool, "f").toBoolean());
        for (String other : new String[] { "", "T", "true", "1" }) {
            assertThrows(SkippedReplyException.class, () -> read(Scalars::bool, other));
        }
    }

    @Test
    void bigNumbersHaveNoLimitOfTheirOwn() throws Exception {
        BigInteger number = BigInteger.TEN.pow(100).negate();

        assertEquals(number, read(Scalars::bigNumber, number.toString()).toBigInteger());
        for (String other : new String[] { "", "-", "1.5", "1-", "\u0661" }) {
            assertThrows(SkippedReplyException.class, () -> read(Scalars::bigNumber, other));
        }
    }

    @ParameterizedTest
    @CsvSource({ ".5, 0.5", "+1E+2, 100", "-0.5e-1, -0.05", "1.5, 1.5", "-1e300, -1e300", "10, 10", "5., 5", "inf, Infinity",
            "-inf, -Infinity", "+INFINITY, Infinity",
            "1.#INF, Infinity", "-1.#INF00, -Infinity", "nan, NaN", "-nan, NaN", "nan(ind), NaN", "1.#QNAN, NaN",
            "-1.#IND00, NaN" })
    void doublesComeAsServersWriteThem(String text, double expected) throws Exception {
        assertEquals(expected, read(Scalars::floatingPoint, text).toDouble());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "1.5f", "1d", "infinite", "nano", "x1", ".", "-", "1e", "e5", " 1", "0x1", "0xp3", "1-",
            "1.2.3" })
    void whatIsNoDoubleIsSkipped(String text) {
        assertThrows(SkippedReplyException.class, () -> read(Scalars::floatingPoint, text));
    }

    @Test
    void bulkStringsAreOfThreeKinds() throws Exception {
        assertEquals("text", Scalars.bulk((byte) '$', bytes("text")).toString());
        assertEquals(ResponseType.ERROR, Scalars.bulk((byte) '!', bytes("ERR no")).type());
        assertEquals("text", Scalars.bulk((byte) '=', bytes("mkd:text")).toString());
        assertEquals("mkd", Scalars.bulk((byte) '=', bytes("mkd:text")).format());
    }

    @Test
    void aVerbatimStringWithoutAFormatIsSkipped() {
        assertThrows(SkippedReplyException.class, () -> Scalars.bulk((byte) '=', bytes("txt")));
        assertThrows(SkippedReplyException.class, () -> Scalars.bulk((byte) '=', bytes("text:")));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
