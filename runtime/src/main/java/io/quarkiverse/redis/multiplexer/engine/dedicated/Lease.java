package io.quarkiverse.redis.multiplexer.engine.dedicated;

/** A loan of the connection. One of these is called, once. */
interface Lease {

    /** The connection can be lent again. */
    void giveBack();

    /** The connection has ended. */
    void end();
}
