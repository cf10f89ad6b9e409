package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.BooleanType;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** What {@link RespDecoder} makes of each type of RESP2 and RESP3. */
class RespDecoderTest {

    @Test
    void aSimpleStringIsText() throws RespException {
        assertEquals("PONG", reply("+PONG\r\n").toString());
        assertEquals("", reply("+\r\n").toString());
        assertSame(SimpleStringType.OK, reply("+OK\r\n"));
        // In UTF-8, unlike with the stock client: Lua scripts may answer any text.
        assertEquals("f\u00fcr", reply("+f\u00c3\u00bcr\r\n").toString());
    }

    @ParameterizedTest
    @CsvSource({ "0, 0", "7, 7", "+7, 7", "-7, -7", "-0, 0", "00012, 12", "12345678, 12345678", "123456789, 123456789",
            "9223372036854775807, 9223372036854775807", "+9223372036854775807, 9223372036854775807",
            "-9223372036854775808, -9223372036854775808", "000000000000000000000000000000001, 1" })
    void anIntegerIsALong(String digits, long value) throws RespException {
        assertEquals(value, reply(":" + digits + "\r\n").toNumber());
    }

    @Test
    void anErrorIsAReply() throws RespException {
        ErrorType error = assertInstanceOf(ErrorType.class, reply("-WRONGTYPE not a list\r\n"));
        assertEquals("WRONGTYPE not a list", error.getMessage());
        assertTrue(error.is("WRONGTYPE"));
        assertEquals("", reply("-\r\n").toString());
    }

    @Test
    void aBulkStringIsBinary() throws RespException {
        assertArrayEquals(new byte[] { '\r', '\n', 0, (byte) 0xff, '$' }, reply("$5\r\n\r\n\u0000\u00ff$\r\n").toBytes());
        assertEquals(0, reply("$0\r\n\r\n").toBytes().length);
        assertNull(reply("$0\r\n\r\n").format());
    }

    @ParameterizedTest
    @ValueSource(strings = { "$-1\r\n", "*-1\r\n", "_\r\n", "=-1\r\n", "!-1\r\n", "~-1\r\n", "%-1\r\n" })
    void everyNullIsNull(String wire) throws RespException {
        assertNull(reply(wire));
    }

    @Test
    void anArrayHasItsElementsInOrder() throws RespException {
        Response array = reply("*4\r\n:1\r\n$-1\r\n*2\r\n+a\r\n*0\r\n-ERR inner\r\n");
        assertEquals("multi [Long 1, null, multi [simple a, multi []], error ERR inner]", ResponseText.of(array));
        assertTrue(array.isArray());
        assertEquals(0, reply("*0\r\n").size());
    }

    @Test
    void aSetIsAnArray() throws RespException {
        assertEquals("multi [simple a, Long 1]", ResponseText.of(reply("~2\r\n+a\r\n:1\r\n")));
        assertEquals("multi []", ResponseText.of(reply("~0\r\n")));
    }

    @Test
    void aMapHasStringKeys() throws RespException {
        Response map = reply("%2\r\n$1\r\na\r\n:1\r\n+b\r\n_\r\n");
        assertTrue(map.isMap());
        assertEquals("multi {a=Long 1, b=null}", ResponseText.of(map));
        assertTrue(reply("%0\r\n").isMap());
    }

    /** Vert.x refuses them; a module that uses them must not cost us the connection. */
    @Test
    void aKeyThatIsNoStringBecomesOne() throws RespException {
        assertEquals("multi {12=Long 1}", ResponseText.of(reply("%1\r\n:12\r\n:1\r\n")));
        assertEquals("multi {null=Long 1}", ResponseText.of(reply("%1\r\n_\r\n:1\r\n")));
        assertEquals("multi {null=Long 1}", ResponseText.of(reply("%1\r\n$-1\r\n:1\r\n")));
        assertEquals("multi {true=Long 1}", ResponseText.of(reply("%1\r\n#t\r\n:1\r\n")));
        assertEquals("multi {1.5=Long 1}", ResponseText.of(reply("%1\r\n,1.5\r\n:1\r\n")));
        assertEquals("multi {ERR=Long 1}", ResponseText.of(reply("%1\r\n-ERR\r\n:1\r\n")));
        assertEquals("multi {[1, null]=Long 1}", ResponseText.of(reply("%1\r\n*2\r\n:1\r\n_\r\n:1\r\n")));
        assertEquals("multi {{k: v}=Long 1}", ResponseText.of(reply("%1\r\n%1\r\n+k\r\n+v\r\n:1\r\n")));
    }

    @Test
    void aPushIsNoReply() throws RespException {
        Deliveries deliveries = Deliveries.of(":1\r\n>2\r\n+message\r\n*1\r\n:5\r\n:2\r\n>1\r\n+x\r\n");
        assertEquals(List.of("Long 1", "out of band: push [simple message, multi [Long 5]]", "Long 2",
                "out of band: push [simple x]"), deliveries.texts());
        assertEquals(List.of(ResponseType.NUMBER, ResponseType.NUMBER),
                deliveries.replies().stream().map(Response::type).toList());
    }

    @Test
    void anAttributeIsSkipped() throws RespException {
        assertEquals(List.of("Long 42"), Deliveries.of("|1\r\n+ttl\r\n:3600\r\n:42\r\n").texts());
        assertEquals(List.of("Long 42"), Deliveries.of("|0\r\n:42\r\n").texts());
        assertEquals(List.of("Long 42"), Deliveries.of("|1\r\n+a\r\n|1\r\n+b\r\n*1\r\n_\r\n%1\r\n:1\r\n:2\r\n:42\r\n").texts());
        assertEquals(List.of("out of band: push [simple x]"), Deliveries.of("|1\r\n+a\r\n:1\r\n>1\r\n+x\r\n").texts());
    }

    @Test
    void anAttributeWithinAnAggregateIsNoElement() throws RespException {
        assertEquals("multi [Long 1, Long 2]", ResponseText.of(reply("*2\r\n:1\r\n|1\r\n+a\r\n*1\r\n:9\r\n:2\r\n")));
        assertEquals("multi {k=Long 1}", ResponseText.of(reply("%1\r\n|1\r\n+a\r\n+b\r\n+k\r\n|1\r\n+c\r\n+d\r\n:1\r\n")));
        assertEquals("multi [multi []]", ResponseText.of(reply("*1\r\n|0\r\n*0\r\n")));
    }

    @ParameterizedTest
    @CsvSource({ "1.5, 1.5", "10, 10.0", "-0.0, -0.0", "1e+30, 1e30", "4.9406564584124654e-324, 4.9e-324",
            "1.7976931348623157e+308, 1.7976931348623157e308", "+1.5, 1.5", "1.e5, 100000.0", ".5, 0.5", "-.5e-1, -0.05",
            "1E5, 100000.0", "007, 7.0", "0x1.8p1, 3.0" })
    void aDoubleIsADouble(String text, double value) throws RespException {
        assertEquals(value, reply("," + text + "\r\n").toNumber());
    }

    /** Servers before Redis 7.2 send what their C library writes: glibc, musl, the BSDs', Windows'. */
    @ParameterizedTest
    @ValueSource(strings = { "nan", "NaN", "NAN", "+nan", "-nan", "-NAN", "nan(ind)", "-nan(ind)", "NAN(IND)", "nan(snan)",
            "nan(0x8000000000000)", "-nan(char_seq)", "nan()", "1.#IND", "-1.#IND000", "1.#QNAN", "1.#SNAN", "1.#NAN" })
    void whatIsNoNumberIsNaN(String text) throws RespException {
        assertEquals(Double.NaN, reply("," + text + "\r\n").toNumber());
    }

    @ParameterizedTest
    @ValueSource(strings = { "inf", "INF", "Inf", "infinity", "Infinity", "INFINITY", "1.#INF", "1.#INF00" })
    void infinityHasManySpellingsAndTwoSigns(String text) throws RespException {
        assertEquals(Double.POSITIVE_INFINITY, reply("," + text + "\r\n").toNumber());
        assertEquals(Double.POSITIVE_INFINITY, reply(",+" + text + "\r\n").toNumber());
        assertEquals(Double.NEGATIVE_INFINITY, reply(",-" + text + "\r\n").toNumber());
    }

    /** Which is how RedisModule_ReplyWithLongDouble writes: without an exponent. */
    @Test
    void aDoubleMayHaveHundredsOfDigits() throws RespException {
        String digits = "1" + "0".repeat(300) + ".00000000000000000";
        assertEquals(1e300, reply("," + digits + "\r\n").toNumber());
    }

    @Test
    void aBooleanIsABoolean() throws RespException {
        assertSame(BooleanType.TRUE, reply("#t\r\n"));
        assertSame(BooleanType.FALSE, reply("#f\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "0", "-5", "+5", "-0", "0005", "3492890328409238509324850943850943825024385" })
    void aBigNumberIsInDecimal(String digits) throws RespException {
        assertEquals(new BigInteger(digits), reply("(" + digits + "\r\n").toBigInteger());
    }

    @Test
    void aBlobErrorIsAnErrorWithAllOfItsText() throws RespException {
        ErrorType error = assertInstanceOf(ErrorType.class, reply("!22\r\nSYNTAX invalid\r\nsyntax\r\n"));
        assertEquals("SYNTAX invalid\r\nsyntax", error.getMessage());
        assertEquals("", reply("!0\r\n\r\n").toString());
    }

    @Test
    void aVerbatimStringHasAFormat() throws RespException {
        Response verbatim = reply("=7\r\ntxt:a:b\r\n");
        assertEquals("txt", verbatim.format());
        assertEquals("a:b", verbatim.toString());
        assertEquals(ResponseType.BULK, verbatim.type());
        assertEquals("", reply("=4\r\nmkd:\r\n").toString());
    }

    @ParameterizedTest
    @ValueSource(ints = { 1023, 1024, 1025, 2048, 2049, 100_000 })
    void anAggregateOfAnySizeIsComplete(int size) throws RespException {
        Response array = reply(Corpus.arrayOf(size));
        Response map = reply(Corpus.mapOf(size));

        assertEquals(size, array.size());
        assertEquals(size, map.getKeys().size());
        for (int i = 0; i < size; i++) {
            assertEquals((long) i, array.get(i).toNumber());
            assertEquals((long) i, map.get("key" + i).toNumber());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 255, 65_535, 65_536, 65_537, 1_000_000 })
    void aBulkStringOfAnySizeIsComplete(int size) throws RespException {
        String content = "0123456789".repeat(size / 10 + 1).substring(0, size);
        assertEquals(content, reply("$" + size + "\r\n" + content + "\r\n").toString());
    }

    private static Response reply(String wire) throws RespException {
        Deliveries deliveries = Deliveries.of(wire);
        assertEquals(1, deliveries.texts().size(), wire);
        return deliveries.replies().get(0);
    }
}
