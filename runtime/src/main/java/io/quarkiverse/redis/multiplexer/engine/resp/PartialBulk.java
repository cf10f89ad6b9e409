package io.quarkiverse.redis.multiplexer.engine.resp;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

/**
 * A bulk string of which a part has arrived. Its bytes go straight to their final array, which grows with what has
 * arrived and not with what the peer announced; or they are dropped as they come. The states:
 *
 * <pre>
 * NONE      there is no such bulk string
 * KEEPING   its bytes are kept
 * DROPPING  its bytes are dropped
 * </pre>
 */
final class PartialBulk {

    private enum State {
        NONE,
        KEEPING,
        DROPPING
    }

    private static final int INITIAL_CAPACITY = 64 * 1024;
    private static final byte[] NOTHING = {};

    private State state = State.NONE;
    private byte type;
    private long length;
    private byte[] bytes = NOTHING;
    /** How many bytes have been read, the line end behind the string included. */
    private long read;

    void begin(byte newType, int newLength) {
        bytes = new byte[Math.min(newLength, INITIAL_CAPACITY)];
        type = newType;
        length = newLength;
        read = 0;
        state = State.KEEPING;
    }

    void beginDropping(long newLength) {
        length = newLength;
        read = 0;
        state = State.DROPPING;
    }

    /** Drops what there is of it, and all that comes. */
    void drop() {
        bytes = NOTHING;
        state = State.DROPPING;
    }

    boolean isBegun() {
        return state != State.NONE;
    }

    byte type() {
        return type;
    }

    /**
     * Reads what belongs to it. If memory runs out, nothing has been read.
     *
     * @return whether all of it has come
     */
    boolean readFrom(ByteBuf in) throws RespException {
        if (read < length) {
            int wanted = (int) Math.min(in.readableBytes(), length - read);
            if (state == State.KEEPING) {
                ensureCapacity((int) read + wanted);
                in.readBytes(bytes, (int) read, wanted);
            } else {
                in.skipBytes(wanted);
            }
            read += wanted;
        }
        while (read >= length && in.isReadable()) {
            if (in.readByte() != (read == length ? '\r' : '\n')) {
                throw new RespException("A bulk string is longer than it announced");
            }
            read++;
            if (read == length + 2) {
                return true;
            }
        }
        return false;
    }

    private void ensureCapacity(int needed) {
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, Math.max(bytes.length * 2L, needed)));
        }
    }

    /** Forgets it. @return its bytes, if they were kept */
    byte[] end() {
        byte[] all = bytes;
        bytes = NOTHING;
        state = State.NONE;
        return all;
    }
}
