/**
 * Connections that are lent to one caller: for blocking commands, WATCH, and what changes a connection.
 * <p>
 * Door: {@code DedicatedPool}, which lends a {@code LentConnection} to a {@code Borrower}. {@code DedicatedCommands} decides
 * when a command of a borrower is written, the {@code DeadlineWatch} how long it may take.
 * <p>
 * States: of a connection those of {@code LoanState}; of the marker in front of a WAIT those of {@code Marking}.
 * <p>
 * Invariants: a connection is lent again only if the server's answers say that it is clean; what nobody gives back is bounded
 * in number; every command has a deadline, and one that may block is given up when the server is found to be gone.
 */
package io.quarkiverse.redis.multiplexer.engine.dedicated;
