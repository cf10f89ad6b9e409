/**
 * What a command is, from its admission to its completion, wherever it goes.
 * <p>
 * Door: {@code PendingCommand}. Its traits - what it touches, whether it blocks, what it leaves on a connection, whether it may
 * be
 * repeated - are computed when it is made ({@code CommandTable}, {@code CommandTraits}, {@code KeyTable}). {@code Failures}
 * words
 * what callers are told; the {@code Guard} keeps what they throw from everybody else.
 * <p>
 * Invariants: a command completes exactly once, on its caller's context; a failure says whether it was sent; it is encoded when
 * it is made, so that encoding fails for its caller only.
 */
package io.quarkiverse.redis.multiplexer.engine.command;
