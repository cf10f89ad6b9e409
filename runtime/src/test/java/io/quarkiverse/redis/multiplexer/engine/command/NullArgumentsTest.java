package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;
import io.vertx.redis.client.impl.StockCodec;

/** Arguments that are {@code null}, which Vert.x 4 allows, and sends as the word. */
class NullArgumentsTest {

    static Stream<Request> requests() {
        return Stream.of(
                Request.cmd(Command.SET).arg("key").nullArg(),
                Request.cmd(Command.SET).arg((String) null).arg((byte[]) null).arg((Buffer) null).arg((JsonArray) null),
                Request.cmd(Command.HSET).arg("key").arg(new JsonObject().put("field", 1).putNull("none")),
                Request.cmd(Command.DEL).arg(new JsonArray().add("a").addNull().add(Buffer.buffer("b"))),
                Request.cmd(Command.MSET, "a", null, 1, new byte[0]));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void theyAreEncodedLikeTheStockClients(Request request) {
        byte[] stock = StockCodec.encode(request);

        assertArrayEquals(stock, RespEncoder.encode(request));
        assertEquals(stock.length, RespEncoder.encodedSize(request));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void theyAreReadBackAsTheWord(Request request) {
        List<byte[]> arguments = new EncodedRequests(RespEncoder.encode(request)).nextArguments();
        List<byte[]> expected = RequestAccess.arguments(request);

        assertEquals(expected.size(), arguments.size());
        for (int i = 0; i < expected.size(); i++) {
            byte[] argument = expected.get(i);
            assertArrayEquals(argument == null ? "null".getBytes(StandardCharsets.US_ASCII) : argument, arguments.get(i));
        }
    }

    @Test
    void theyDoNoHarmWhereARouteIsChosen() {
        Request read = Request.cmd(Command.XREAD).nullArg().arg("STREAMS").nullArg();

        assertEquals(Route.CONNECTION_STATE, Route.of(Request.cmd(Command.CLIENT).nullArg()));
        assertEquals(Route.SHARED, Route.of(read));
        assertEquals(BlockingTime.ofMillis(1), BlockingTime.of(Request.cmd(Command.BLPOP).arg("key").nullArg()));
    }

    @Test
    void whatIsSentInPlaceOfAKeyThatIsNullHasASlot() {
        assertEquals(Slot.of(Commands.requests("GET null"), ServerCommands.UNASKED),
                Slot.of(List.of(Request.cmd(Command.GET).arg((byte[]) null)), ServerCommands.UNASKED));
    }
}
