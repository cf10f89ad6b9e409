package io.quarkiverse.redis.multiplexer.engine.command;

/** A kind of commands, known by their names alone: where they may run, and whether they may run twice. */
enum CommandKind {

    /** Changes nothing: sent again after a lost connection. */
    READ,
    /** Changes something, or may: never sent twice. */
    WRITE,
    /** Keeps its connection waiting on the server, for as long as its arguments say. */
    BLOCKING,
    /** WAIT, WAITAOF: keeps its connection waiting for what was written on it before. */
    WAIT,
    /** XREAD: blocks if told to, else reads. */
    STREAM_READ,
    /** XREADGROUP: blocks if told to, else writes (the group remembers what it delivered). */
    STREAM_READ_GROUP,
    /** CLIENT: about the server's clients or, mostly, about the connection that it is sent on. */
    CLIENT,
    /** SCRIPT: SCRIPT DEBUG changes its connection. */
    SCRIPT,
    /** Changes what its connection does with the commands after it, takes it over, or may not be answered. */
    CONNECTION_STATE,
    /** MULTI and its relatives. */
    TRANSACTION,
    /** SUBSCRIBE and its relatives. */
    SUBSCRIPTION
}
