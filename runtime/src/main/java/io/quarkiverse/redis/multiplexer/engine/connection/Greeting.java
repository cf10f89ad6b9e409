package io.quarkiverse.redis.multiplexer.engine.connection;

/** What a server is told first on a connection. */
enum Greeting {
    /** HELLO, which may switch to RESP3. */
    HELLO,
    /** PING, AUTH if need be, and then HELLO: tells whether it is HELLO that the server ends connections for. */
    PING_THEN_HELLO,
    /** PING, and AUTH if need be: RESP2, for what does not know HELLO. */
    PING
}
