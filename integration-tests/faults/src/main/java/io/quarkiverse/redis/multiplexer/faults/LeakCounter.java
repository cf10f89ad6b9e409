package io.quarkiverse.redis.multiplexer.faults;

import java.util.concurrent.atomic.LongAdder;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;

/** Counts what Netty's leak detector reports. To be installed before any class of Netty is used. */
final class LeakCounter extends ResourceLeakDetectorFactory {

    private static final int ROUNDS = 5;

    private final LongAdder leaks = new LongAdder();

    /** Installing it twice is installing it once. */
    static LeakCounter install() {
        if (instance() instanceof LeakCounter installed) {
            return installed;
        }
        LeakCounter counter = new LeakCounter();
        setResourceLeakDetectorFactory(counter);
        return counter;
    }

    /** Has the garbage collector find what nobody holds any more, and the detector report it. */
    long count() {
        for (int i = 0; i < ROUNDS; i++) {
            System.gc();
            System.runFinalization();
            for (int j = 0; j < 1000; j++) {
                ByteBuf tracked = PooledByteBufAllocator.DEFAULT.directBuffer(16);
                tracked.release();
            }
        }
        return leaks.sum();
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval, long maxActive) {
        return newResourceLeakDetector(resource, samplingInterval);
    }

    @Override
    @SuppressWarnings("deprecation")
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
        return new ResourceLeakDetector<>(resource, samplingInterval) {

            @Override
            protected void reportTracedLeak(String resourceType, String records) {
                super.reportTracedLeak(resourceType, records);
                leaks.increment();
            }

            @Override
            protected void reportUntracedLeak(String resourceType) {
                super.reportUntracedLeak(resourceType);
                leaks.increment();
            }
        };
    }
}
