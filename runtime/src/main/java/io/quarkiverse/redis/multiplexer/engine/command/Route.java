package io.quarkiverse.redis.multiplexer.engine.command;

/** Where a request may run. */
public enum Route {
    /** On a connection that is shared. */
    SHARED,
    /** On a connection lent for this one request, good for others afterwards. */
    BLOCKING,
    /** On a connection lent for this one request, closed afterwards. */
    CONNECTION_STATE,
    /** Only on a connection that the caller has for itself, and which knows whether a transaction is open. */
    TRANSACTION,
    /** The subscription hub. */
    SUBSCRIPTION,
    /** Nowhere: the server would not answer it, and what comes after it would get the replies of others. */
    REFUSED
}
