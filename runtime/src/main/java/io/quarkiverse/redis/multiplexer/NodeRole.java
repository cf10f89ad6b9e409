package io.quarkiverse.redis.multiplexer;

/** What a server is among those that hold the same data. */
public enum NodeRole {

    /** It takes writes, and passes them on to its replicas, if it has any. Also known as the master. */
    PRIMARY,

    /** It has the data of a primary. */
    REPLICA,

    /** It has not said so: nobody has connected yet, or it does not know HELLO (before Redis 6). */
    UNKNOWN
}
