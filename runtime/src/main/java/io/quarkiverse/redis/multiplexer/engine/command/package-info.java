/**
 * Commands, from their admission to their completion, wherever they go.
 * <p>
 * Door: {@code PendingCommand}, which is asked what it is: whether it reads only, ends a script, leaves something on a
 * connection, which keys it has and which slot. The answers are in {@code CommandSpec}, which {@code CommandTable} and
 * {@code KeyTable} give for its name; {@code Route} says where it may run, {@code CommandTraits} what it demands of a
 * connection
 * of its own. {@code ServerError} says what an error of the server means, and what helps. {@code Failures} words what callers
 * are told; the {@code Guard} keeps what they throw from everybody else.
 * <p>
 * States: of a transaction those of {@code TransactionState}; of one that is kept until it is complete, by a
 * {@code TransactionCollector}, those of {@code CollectorState}.
 * <p>
 * Invariants: a command completes exactly once, on its caller's context; a failure says whether it was sent; it is encoded when
 * it is made, so that encoding fails for its caller only.
 */
package io.quarkiverse.redis.multiplexer.engine.command;
