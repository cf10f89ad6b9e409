package io.vertx.redis.client.impl;

import java.util.ArrayList;
import java.util.List;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** The encoder and the parser of vertx-redis-client, which keeps them package-private: what our own are held against. */
public final class StockCodec {

    private StockCodec() {
    }

    public static byte[] encode(Request request) {
        return ((RequestImpl) request).encode().getBytes();
    }

    /** @throws IllegalArgumentException if the parser reports a failure */
    public static List<Response> parse(byte[] wire) {
        List<Response> responses = new ArrayList<>();
        StockParser.of(new ParserHandler() {
            @Override
            public void handle(Response response) {
                responses.add(response);
            }

            @Override
            public void fail(Throwable failure) {
                throw new IllegalArgumentException(failure);
            }
        }).handle(Buffer.buffer(wire));
        return responses;
    }
}
