package io.quarkiverse.redis.multiplexer.engine.command;

import io.netty.buffer.ByteBuf;

/** Reads the bytes of one command from its beginning to its end, a piece at a time. */
public final class CommandReader {

    private final PendingCommand command;
    private int part;
    private int position;

    public CommandReader(PendingCommand command) {
        this.command = command;
    }

    public boolean hasMore() {
        return part < command.parts();
    }

    /** Appends as many bytes as {@code out} has room for, and allocates nothing. */
    public void readTo(ByteBuf out) {
        while (hasMore() && out.isWritable()) {
            byte[] bytes = command.part(part);
            int count = Math.min(out.writableBytes(), bytes.length - position);
            out.writeBytes(bytes, position, count);
            position += count;
            if (position == bytes.length) {
                part++;
                position = 0;
            }
        }
    }
}
