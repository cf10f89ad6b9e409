package io.quarkiverse.redis.multiplexer;

/** Whether reads with large replies get a connection beside the shared one, so that other commands need not wait for them. */
public enum LargeReplyConnection {

    /** Where it is worth it, as measured: where such a reply takes clearly longer to be transferred than a round trip. */
    AUTO,

    /** All replies come on the shared connection, each after those before it. */
    NEVER
}
