package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;

class CommandReaderTest {

    /** More than one part has, so that there are several. */
    private final List<Request> requests = List.of(Commands.request("GET a"),
            Commands.request("SET large " + "x".repeat(70_000)),
            Commands.request("SET other " + "y".repeat(70_000)), Commands.request("GET b"));

    @ParameterizedTest
    @ValueSource(ints = { 1, 7, 1000, 65_536, 1_000_000 })
    void piecesOfAnySizeAreTheWhole(int size) {
        BatchCommand batch = new BatchCommand(requests, Promise.promise(), CommandReport.NONE);
        assertTrue(batch.parts() > 1);
        CommandReader reader = new CommandReader(batch);
        StringBuilder read = new StringBuilder();
        while (reader.hasMore()) {
            ByteBuf piece = Unpooled.buffer(size, size);
            reader.readTo(piece);
            assertTrue(piece.isReadable());
            read.append(piece.toString(StandardCharsets.ISO_8859_1));
        }
        StringBuilder all = new StringBuilder();
        requests.forEach(request -> all.append(new String(RespEncoder.encode(request), StandardCharsets.ISO_8859_1)));
        assertEquals(all.toString(), read.toString());
        assertEquals(batch.encodedSize(), read.length());
        ByteBuf nothing = Unpooled.buffer(8, 8);
        reader.readTo(nothing);
        assertFalse(nothing.isReadable());
    }
}
