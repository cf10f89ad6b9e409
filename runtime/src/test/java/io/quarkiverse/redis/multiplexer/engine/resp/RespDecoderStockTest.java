package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.StockCodec;

/** {@link RespDecoder} side by side with the parser of vertx-redis-client: whoever used that one sees no difference. */
class RespDecoderStockTest {

    static final List<String> WIRES = Corpus.AS_STOCK;

    @ParameterizedTest
    @FieldSource("WIRES")
    void aReplyAnswersLikeTheStockClients(String wire) throws RespException {
        List<Response> stock = StockCodec.parse(wire.getBytes(StandardCharsets.ISO_8859_1));
        List<Response> ours = new ArrayList<>();
        RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, new RespDecoder.Handler() {
            @Override
            public void onReply(Response reply) {
                ours.add(reply);
            }

            @Override
            public void onPush(Response push) {
                ours.add(push);
            }

            @Override
            public void onSkippedReply(Throwable reason) {
                throw new AssertionError(reason);
            }

            @Override
            public void onSkippedPush(Throwable reason) {
                throw new AssertionError(reason);
            }
        });

        decoder.decode(Deliveries.chunk(wire));
        decoder.close();

        assertEquals(1, ours.size());
        assertEquals(stock.stream().map(ResponseText::of).toList(), ours.stream().map(ResponseText::of).toList());
        assertEquals(stock.stream().map(ResponseText::ofEveryAccessor).toList(),
                ours.stream().map(ResponseText::ofEveryAccessor).toList());
    }

    @Test
    void manyRepliesInOneChunkComeInTheirOrder() throws RespException {
        String wire = String.join("", Corpus.AS_STOCK);
        List<String> stock = StockCodec.parse(wire.getBytes(StandardCharsets.ISO_8859_1)).stream().map(ResponseText::of)
                .toList();

        List<String> ours = Deliveries.of(wire).texts().stream().map(text -> text.replace("out of band: ", "")).toList();

        assertEquals(Corpus.AS_STOCK.size(), ours.size());
        assertEquals(stock, ours);
    }
}
