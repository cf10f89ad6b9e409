package io.quarkiverse.redis.multiplexer;

/** The time at which a transaction on a connection, from MULTI to EXEC, is sent. */
public enum TransactionMode {

    /**
     * All of it when EXEC comes, in one piece, on a shared connection: it costs one round trip, and nothing while it is open.
     * MULTI and what is queued are answered by the client; what the server would have refused to queue fails EXEC, which tells
     * each of these errors.
     */
    COLLECTED,

    /** Each command when it comes, on a connection that the caller has for itself until it gives it back. */
    IMMEDIATE
}
