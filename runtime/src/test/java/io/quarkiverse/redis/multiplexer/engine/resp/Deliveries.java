package io.quarkiverse.redis.multiplexer.engine.resp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vertx.redis.client.Response;

/** Keeps what a decoder delivers, in order, as {@link ResponseText}. */
public final class Deliveries implements RespDecoder.Handler {

    static final int MAX_NESTING = 32;

    /** Without leak detection, which takes many times more time and memory than decoding. */
    private static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false, true);

    private final List<String> texts = new ArrayList<>();
    private final List<Response> replies = new ArrayList<>();

    /** What {@code wire} is decoded to, in one chunk. */
    public static Deliveries of(String wire) throws RespException {
        Deliveries deliveries = new Deliveries();
        RespDecoder decoder = new RespDecoder(MAX_NESTING, deliveries);
        try {
            decoder.decode(chunk(wire));
        } finally {
            decoder.close();
        }
        return deliveries;
    }

    /** A chunk on the heap that nobody needs to release; one byte per char. */
    static ByteBuf chunk(String wire) {
        byte[] bytes = wire.getBytes(StandardCharsets.ISO_8859_1);
        return HEAP.buffer(bytes.length).writeBytes(bytes);
    }

    @Override
    public void onReply(Response reply) {
        texts.add(ResponseText.of(reply));
        replies.add(reply);
    }

    @Override
    public void onPush(Response push) {
        texts.add("out of band: " + ResponseText.of(push));
    }

    @Override
    public void onSkippedReply(Throwable reason) {
        texts.add("skipped: " + reason.getMessage());
        replies.add(null);
    }

    @Override
    public void onSkippedPush(Throwable reason) {
        texts.add("skipped out of band: " + reason.getMessage());
    }

    public List<String> texts() {
        return texts;
    }

    /** The replies alone, without the pushes. */
    public List<Response> replies() {
        return replies;
    }
}
