package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

/** What event loops read from and write to sockets with. */
public enum Transport {
    /** Java's own. */
    NIO,
    /** Netty's epoll. */
    NATIVE
}
