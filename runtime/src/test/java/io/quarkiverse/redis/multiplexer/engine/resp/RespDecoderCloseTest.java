package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.netty.buffer.ByteBuf;
import io.vertx.redis.client.Response;

/** The end of a {@link RespDecoder}, by a fault of the peer's or by {@link RespDecoder#close()}. */
class RespDecoderCloseTest {

    private final Deliveries deliveries = new Deliveries();
    private final RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, deliveries);

    @Test
    void repliesBeforeAFaultAreDeliveredAndNoneAfterIt() throws RespException {
        assertThrows(RespException.class, () -> decoder.decode(Deliveries.chunk(":1\r\n:2\r\nHTTP/1.1 400\r\n:3\r\n")));
        decoder.decode(Deliveries.chunk(":4\r\n"));
        decoder.decode(Deliveries.chunk("another fault"));

        assertEquals(List.of("Long 1", "Long 2"), deliveries.texts());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "+incompl", "$5\r\nabc", "$5\r\nabcde\r", "*2\r\n:1\r\n", "|1\r\n+a\r\n" })
    void nothingIsDeliveredAfterClose(String begun) throws RespException {
        decoder.decode(Deliveries.chunk(begun));
        decoder.close();
        decoder.close();
        decoder.decode(Deliveries.chunk("\r\n:1\r\n:2\r\n"));

        assertEquals(List.of(), deliveries.texts());
    }

    /** However far the decoder has read ahead: within a chunk, within what was left of earlier ones, within an array. */
    @ParameterizedTest
    @ValueSource(strings = { ":1\r\n:2\r\n", ":1\r|\n:2\r\n", "$3\r\nfoo\r\n:2\r\n", "$3\r\nf|oo\r\n:2\r\n",
            "$0\r\n\r\n>1\r\n:2\r\n",
            "*1\r\n:1\r\n:2\r\n", "_\r\n?", ">1\r\n+x\r\n:2\r\n", ">1|\r\n+x\r\n>1\r\n+y\r\n" })
    void aHandlerThatClosesHearsNothingMore(String wire) throws RespException {
        List<String> heard = new ArrayList<>();
        ClosingHandler handler = new ClosingHandler(heard);
        handler.decoder = new RespDecoder(Deliveries.MAX_NESTING, handler);
        Buffers.Source source = Buffers.DIRECT.source();

        for (String part : wire.split("\\|")) {
            ByteBuf chunk = source.chunk(part);
            handler.decoder.decode(chunk);
            chunk.release();
        }

        assertEquals(1, heard.size(), heard::toString);
        assertEquals(0, source.inUse());
    }

    @Test
    void aHandlerThatFailsEndsTheDecoderAndLeaksNothing() throws RespException {
        List<String> heard = new ArrayList<>();
        RespDecoder failing = new RespDecoder(Deliveries.MAX_NESTING, new RespDecoder.Handler() {
            @Override
            public void onReply(Response reply) {
                heard.add(ResponseText.of(reply));
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void onPush(Response push) {
            }

            @Override
            public void onSkippedReply(Throwable reason) {
            }

            @Override
            public void onSkippedPush(Throwable reason) {
            }
        });
        Buffers.Source source = Buffers.POOLED_DIRECT.source();
        ByteBuf first = source.chunk(":1\r");
        ByteBuf second = source.chunk("\n:2\r\n:3");

        failing.decode(first);
        assertThrows(IllegalStateException.class, () -> failing.decode(second));
        failing.decode(second.readerIndex(0));
        first.release();
        second.release();

        assertEquals(List.of("Long 1"), heard);
        assertEquals(0, source.inUse());
    }

    @ParameterizedTest
    @EnumSource
    void anIncompleteReplyIsReleasedByClose(Buffers buffers) throws RespException {
        Buffers.Source source = buffers.source();
        for (String reply : Corpus.all()) {
            for (int end = 1; end < reply.length(); end++) {
                RespDecoder interrupted = new RespDecoder(Deliveries.MAX_NESTING, deliveries);
                ByteBuf chunk = source.chunk(reply.substring(0, end));
                interrupted.decode(chunk);
                chunk.release();
                interrupted.close();
                assertEquals(0, source.inUse(), reply);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIncompleteLineIsReleasedByAFault(Buffers buffers) throws RespException {
        Buffers.Source source = buffers.source();
        ByteBuf first = source.chunk("$12");
        ByteBuf second = source.chunk("x\r\n");

        decoder.decode(first);
        first.release();
        assertThrows(RespException.class, () -> decoder.decode(second));
        assertEquals(1, second.refCnt(), "a chunk is its caller's to release");
        second.release();

        assertEquals(0, source.inUse());
    }

    private static final class ClosingHandler implements RespDecoder.Handler {

        private final List<String> heard;
        private RespDecoder decoder;

        ClosingHandler(List<String> heard) {
            this.heard = heard;
        }

        @Override
        public void onReply(Response reply) {
            heard.add(ResponseText.of(reply));
            decoder.close();
        }

        @Override
        public void onPush(Response push) {
            onReply(push);
        }

        @Override
        public void onSkippedReply(Throwable reason) {
            heard.add(reason.getMessage());
            decoder.close();
        }

        @Override
        public void onSkippedPush(Throwable reason) {
            onSkippedReply(reason);
        }
    }
}
