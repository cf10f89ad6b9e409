package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;
import io.vertx.redis.client.impl.StockCodec;

/** {@link RespEncoder} side by side with the encoding of vertx-redis-client. */
class RespEncoderTest {

    /** Where the number of digits of a length changes, and where other things might. */
    private static final int[] LENGTHS = { 0, 1, 9, 10, 11, 99, 100, 101, 255, 256, 999, 1000, 9999, 10_000, 65_535, 65_536,
            99_999, 100_000, 1_000_000 };

    static Stream<Request> requests() {
        return Stream.of(
                Request.cmd(Command.PING),
                Request.cmd(Command.PING, new Object[0]),
                Request.cmd(Command.GET).arg("key"),
                Request.cmd(Command.SET).arg("key").arg(""),
                Request.cmd(Command.SET).arg("key").arg(new byte[] { 0, '\r', '\n', -1, '$', '*' }),
                Request.cmd(Command.SET).arg("schl\u00fcssel").arg("\u20ac \ud83d\ude00"),
                Request.cmd(Command.SET).arg("schl\u00fcssel", "ISO-8859-1").arg(Buffer.buffer("buffer")).arg(Buffer.buffer()),
                Request.cmd(Command.MSET).arg(0).arg(-1L).arg(255).arg(256).arg(Long.MIN_VALUE).arg(Long.MAX_VALUE)
                        .arg((short) 7).arg((byte) -7).arg(1.5f).arg(-0.0).arg(1e300).arg(true).arg(false),
                Request.cmd(Command.HSET).arg("key").arg(new JsonObject().put("field", 1).put("other", true)),
                Request.cmd(Command.DEL).arg(new JsonArray().add("a").add(2).add(Buffer.buffer("b"))),
                Request.cmd(Command.MSET, "a", 1, 2L, 1.5, new BigDecimal("1.10"), true, false, new byte[0],
                        Buffer.buffer("x")),
                Request.cmd(Command.FT_SEARCH).arg("index").arg("@title:x"),
                Request.cmd(Command.create("not.in.the.table")).arg("x"),
                Request.cmd(Command.create("A_VERY_LONG_COMMAND_NAME_" + "X".repeat(100))));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestIsEncodedLikeTheStockClients(Request request) {
        assertEncodedLikeStock(request);
    }

    @Test
    void anArgumentOfAnyLengthIsEncodedLikeTheStockClients() {
        for (int length : LENGTHS) {
            assertEncodedLikeStock(Request.cmd(Command.SET).arg("key").arg(new byte[length]));
        }
    }

    @Test
    void anyNumberOfArgumentsIsEncodedLikeTheStockClients() {
        for (int count : new int[] { 0, 1, 8, 9, 10, 98, 99, 100, 998, 999, 9999, 100_000 }) {
            Request request = Request.cmd(Command.DEL);
            for (int i = 0; i < count; i++) {
                request.arg(i);
            }
            assertEncodedLikeStock(request);
        }
    }

    @Test
    void randomRequestsAreEncodedLikeTheStockClients() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 20_000; i++) {
            Request request = Request.cmd(Command.RPUSH);
            for (int arguments = random.nextInt(12); arguments > 0; arguments--) {
                byte[] argument = new byte[random.nextInt(130)];
                random.nextBytes(argument);
                request.arg(argument);
            }
            assertEncodedLikeStock(request);
        }
    }

    @Test
    void requestsAreAppendedAndCanBeReadAsReplies() throws RespException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        requests().forEach(request -> out.writeBytes(RespEncoder.encode(request)));
        String stock = requests().map(request -> new String(StockCodec.encode(request), StandardCharsets.ISO_8859_1))
                .reduce("", String::concat);

        assertEquals(stock, out.toString(StandardCharsets.ISO_8859_1));
        // What goes out as a request can be read as a reply: an array of bulk strings.
        assertEquals(requests().count(), Deliveries.of(stock).replies().size());
    }

    @Test
    void theArgumentsCanBeReadBack() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        requests().forEach(request -> out.writeBytes(RespEncoder.encode(request)));

        EncodedRequests encoded = new EncodedRequests(out.toByteArray());
        requests().forEach(request -> {
            assertTrue(encoded.hasNext());
            List<byte[]> arguments = encoded.nextArguments();
            List<byte[]> expected = RequestAccess.arguments(request);
            assertEquals(expected.size(), arguments.size());
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), arguments.get(i));
            }
        });
        assertFalse(encoded.hasNext());
    }

    @Test
    void whatIsLargerThanAnyBufferIsRefusedWithItsSize() {
        byte[] shared = new byte[256 * 1024 * 1024];
        Request request = Request.cmd(Command.RPUSH).arg("key");
        for (int i = 0; i < 8; i++) {
            request.arg(shared);
        }

        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> RespEncoder.encode(request));
        assertTrue(refusal.getMessage().contains("2 GiB"), refusal.getMessage());
    }

    private static void assertEncodedLikeStock(Request request) {
        byte[] stock = StockCodec.encode(request);

        assertArrayEquals(stock, RespEncoder.encode(request));
        assertEquals(stock.length, RespEncoder.encodedSize(request));
    }
}
