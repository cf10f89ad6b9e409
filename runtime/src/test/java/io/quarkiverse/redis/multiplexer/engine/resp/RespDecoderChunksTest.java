package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.netty.buffer.ByteBuf;

/** {@link RespDecoder} and the ways in which TCP cuts a stream: no cut changes what is delivered, and nothing leaks. */
class RespDecoderChunksTest {

    /** Behind each reply, so that a reply that takes too much or too little is noticed. */
    private static final String NEXT = ":42\r\n";

    @ParameterizedTest
    @EnumSource
    void aReplyMayBeCutAnywhere(Buffers buffers) throws RespException {
        Buffers.Source source = buffers.source();
        for (String reply : Corpus.all()) {
            String wire = reply + NEXT;
            List<String> expected = Deliveries.of(wire).texts();
            for (int cut = 1; cut < wire.length(); cut++) {
                assertEquals(expected, decode(source, wire.substring(0, cut), wire.substring(cut)), wire);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReplyMayComeByteByByte(Buffers buffers) throws RespException {
        Buffers.Source source = buffers.source();
        for (String reply : Corpus.all()) {
            String wire = reply + NEXT;
            assertEquals(Deliveries.of(wire).texts(), decode(source, wire.split("(?s)(?<=.)")), wire);
        }
    }

    @ParameterizedTest
    @EnumSource(names = { "HEAP", "DIRECT", "SLICE" })
    void aLongReplyMayBeCutToo(Buffers buffers) throws RespException {
        Buffers.Source source = buffers.source();
        for (String reply : Corpus.large()) {
            String wire = reply + NEXT;
            List<String> expected = Deliveries.of(wire).texts();
            assertEquals(expected, decode(source, wire.split("(?s)(?<=.)")));
            for (int cut = 1; cut < wire.length(); cut += 101) {
                assertEquals(expected, decode(source, wire.substring(0, cut), wire.substring(cut)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void allRepliesMayComeInChunksOfAnySize(Buffers buffers) throws RespException {
        Buffers.Source source = buffers.source();
        String wire = String.join("", Corpus.all());
        List<String> expected = Deliveries.of(wire).texts();
        for (int size : new int[] { 2, 7, 64, 1000, wire.length() }) {
            assertEquals(expected, decode(source, wire.split("(?s)(?<=\\G.{" + size + "})")), () -> size + " bytes each");
        }
    }

    @Test
    void repliesBehindAPushKeepTheirOrder() throws RespException {
        String wire = ":1\r\n>2\r\n+message\r\n$2\r\nhi\r\n:2\r\n*1\r\n:3\r\n>1\r\n+x\r\n:4\r\n";
        assertEquals(List.of("Long 1", "out of band: push [simple message, bulk hi]", "Long 2", "multi [Long 3]",
                "out of band: push [simple x]", "Long 4"), decode(Buffers.HEAP.source(), wire.split("(?s)(?<=.)")));
    }

    private static List<String> decode(Buffers.Source source, String... chunks) throws RespException {
        Deliveries deliveries = new Deliveries();
        RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, deliveries);
        for (String bytes : chunks) {
            ByteBuf chunk = source.chunk(bytes);
            decoder.decode(chunk);
            assertEquals(1, chunk.refCnt());
            chunk.release();
        }
        assertEquals(0, source.inUse(), "between replies, a decoder holds on to nothing");
        decoder.close();
        return deliveries.texts();
    }
}
