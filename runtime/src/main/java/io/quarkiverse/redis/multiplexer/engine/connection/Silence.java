package io.quarkiverse.redis.multiplexer.engine.connection;

/** What a connection does that is expected to answer. The server may be gone, or busy. */
public enum Silence {
    /** Nothing has come for the liveness timeout: new commands wait. */
    BEGUN,
    /** Something has come, or another connection has taken its place. */
    OVER
}
