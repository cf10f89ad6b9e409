/**
 * What a client has been configured with, in the form that the engine uses, and small things that are the same
 * everywhere: delays, addresses, how the words of others are printed.
 * <p>
 * Door: {@code ClientSettings}, made once per generation.
 * <p>
 * Invariants: nothing of it changes during a generation; what is out of its range is refused when it is made; no secret is in a
 * {@code toString}.
 */
package io.quarkiverse.redis.multiplexer.engine.settings;
