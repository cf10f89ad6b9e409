package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.concurrent.atomic.AtomicLong;

/** Names that nobody has had before, not even in another process: consumers of a stream, and queues. */
final class UniqueNames {

    private static final AtomicLong LATEST = new AtomicLong();

    private UniqueNames() {
    }

    static String next(String prefix) {
        return prefix + ":" + ProcessHandle.current().pid() + ":" + LATEST.incrementAndGet();
    }
}
