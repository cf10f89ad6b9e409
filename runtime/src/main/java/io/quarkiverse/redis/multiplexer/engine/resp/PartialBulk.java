package io.quarkiverse.redis.multiplexer.engine.resp;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

/**
 * A bulk string of which a part has arrived. Its bytes go straight to their final array, which grows with what has
 * arrived and not with what the peer announced.
 */
final class PartialBulk {

    private static final int INITIAL_CAPACITY = 64 * 1024;

    final byte type;
    private final int length;
    private byte[] bytes;
    private int filled;

    PartialBulk(byte type, int length) {
        this.type = type;
        this.length = length;
        this.bytes = new byte[Math.min(length, INITIAL_CAPACITY)];
    }

    /** @return whether all bytes are there */
    boolean readFrom(ByteBuf in) {
        int wanted = Math.min(in.readableBytes(), length - filled);
        if (filled + wanted > bytes.length) {
            long doubled = bytes.length * 2L;
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, Math.max(doubled, filled + wanted)));
        }
        in.readBytes(bytes, filled, wanted);
        filled += wanted;
        return filled == length;
    }

    byte[] bytes() {
        return bytes;
    }
}
