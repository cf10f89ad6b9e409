package io.quarkiverse.redis.multiplexer.engine.resp;

import java.util.function.LongSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;

/** Kinds of buffers that a socket may read into, of which it is known how many are in use. */
enum Buffers {

    HEAP,
    DIRECT,
    POOLED_HEAP,
    POOLED_DIRECT,
    /** A part of a larger buffer, whose other bytes are digits: whoever reads too far takes them for its own. */
    SLICE;

    /** One test's own allocator, so that nobody else's buffers are counted. */
    final class Source {

        private final ByteBufAllocator allocator;
        private final LongSupplier inUse;

        private Source() {
            if (Buffers.this == POOLED_HEAP || Buffers.this == POOLED_DIRECT) {
                // Without caches, which would keep what has been released.
                PooledByteBufAllocator pool = new PooledByteBufAllocator(Buffers.this == POOLED_DIRECT, 1, 1, 8192, 5, 0, 0,
                        false);
                allocator = pool;
                inUse = () -> pool.heapArenas().stream().mapToLong(PoolArenaMetric::numActiveAllocations).sum()
                        + pool.directArenas().stream().mapToLong(PoolArenaMetric::numActiveAllocations).sum();
            } else {
                // Without leak detection, which records every access: that takes many times longer than decoding.
                UnpooledByteBufAllocator unpooled = new UnpooledByteBufAllocator(Buffers.this == DIRECT, true);
                allocator = unpooled;
                inUse = () -> unpooled.metric().usedHeapMemory() + unpooled.metric().usedDirectMemory();
            }
        }

        /** One byte per char. The caller's to release. */
        ByteBuf chunk(String bytes) {
            if (Buffers.this == SLICE) {
                ByteBuf around = allocator.buffer(bytes.length() + 32);
                write("1234567890123456", around);
                write(bytes, around);
                write("1234567890123456", around);
                return around.slice(16, bytes.length());
            }
            ByteBuf chunk = allocator.buffer(bytes.length());
            write(bytes, chunk);
            return chunk;
        }

        /** 0 if every buffer that came from here has been released. */
        long inUse() {
            return inUse.getAsLong();
        }

        private static void write(String bytes, ByteBuf out) {
            for (int i = 0; i < bytes.length(); i++) {
                out.writeByte(bytes.charAt(i));
            }
        }
    }

    Source source() {
        return new Source();
    }
}
