package io.quarkiverse.redis.multiplexer.engine.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The beginning of a line, kept until the rest of it comes. A line that announces a length finds room in any case: without
 * it, the end of its value would be lost. Only longer ones need memory, and skipping them does not.
 */
final class PartialLine {

    private static final int LINE_END = 2;
    /** For a type, a number and the line end. */
    private static final int ROOM = 1 + Lines.MAX_NUMBER + LINE_END;

    private final ByteBuf room = Unpooled.buffer(ROOM, ROOM);
    private ByteBuf bytes = room;

    boolean isBegun() {
        return bytes.isReadable();
    }

    /** To be read when the line is complete, or can't be. */
    ByteBuf bytes() {
        return bytes;
    }

    /** @param in starts with the type */
    void begin(byte type, ByteBuf in) throws RespException, SkippedReplyException {
        Lines.checkLength(type, textLength(in.readableBytes()));
        append(in, in.readableBytes());
    }

    /** @param type of what is no scalar */
    void beginAnnouncement(byte type, ByteBuf in) throws RespException {
        Lines.checkAnnouncement(type, textLength(in.readableBytes()));
        append(in, in.readableBytes());
    }

    /**
     * Takes what belongs to the line. If memory runs out, or it gets too long, nothing has been taken.
     *
     * @return whether the line is complete
     */
    boolean continueFrom(ByteBuf chunk) throws RespException, SkippedReplyException {
        int length = belonging(chunk);
        Lines.checkLength(bytes.getByte(0), textLength(length));
        append(chunk, length);
        return bytes.getByte(bytes.writerIndex() - 2) == '\r';
    }

    /** How many bytes of the chunk belong to the line: up to one behind the carriage return. */
    private int belonging(ByteBuf chunk) {
        if (bytes.getByte(bytes.writerIndex() - 1) == '\r') {
            return 1;
        }
        int from = chunk.readerIndex();
        int carriageReturn = Ascii.findCarriageReturn(chunk, from, chunk.writerIndex());
        return carriageReturn < 0 ? chunk.readableBytes() : Math.min(carriageReturn + 2 - from, chunk.readableBytes());
    }

    /** With {@code more} bytes, of which the last may be its end: how long it is exactly is checked when it is complete. */
    private int textLength(int more) {
        return bytes.readableBytes() + more - 1 - LINE_END;
    }

    private void append(ByteBuf in, int length) {
        int needed = bytes.readableBytes() + length;
        if (needed > bytes.maxCapacity()) {
            bytes = Unpooled.buffer(2 * needed).writeBytes(room);
        }
        bytes.writeBytes(in, length);
    }

    void forget() {
        bytes = room.clear();
    }
}
