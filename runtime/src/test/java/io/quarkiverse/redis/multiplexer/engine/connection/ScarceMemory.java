package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/** Direct memory that runs out when a test says so. */
final class ScarceMemory extends AbstractByteBufAllocator {

    final List<ByteBuf> made = new ArrayList<>();
    boolean failing;
    boolean growing = true;
    int largest;

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        if (failing) {
            throw new OutOfMemoryError("as it was told");
        }
        ByteBuf buffer = UnpooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity,
                growing ? maxCapacity : initialCapacity);
        made.add(buffer);
        largest = Math.max(largest, initialCapacity);
        return buffer;
    }
}
