/**
 * The protocol: encoder and decoder of RESP2 and RESP3.
 * <p>
 * Door: {@code RespDecoder}, which hands replies and pushes to its {@code Handler}, and {@code RespEncoder}.
 * <p>
 * Invariants: what a peer sends is not trusted: depth, counts and lengths are checked before anything is allocated; a reply
 * that
 * we do not hold is skipped, and the next one is found.
 */
package io.quarkiverse.redis.multiplexer.engine.resp;
