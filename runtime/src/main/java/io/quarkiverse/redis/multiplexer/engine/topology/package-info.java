/**
 * Which node answers a request, and what belongs to a node: its lanes, its dedicated connections, its subscription hub.
 * <p>
 * Door: {@code Node}, for the one server that there is so far.
 * <p>
 * Invariants: one node's trouble costs that node's keys only; what a node owns is made when it is first needed, and ends with
 * it.
 */
package io.quarkiverse.redis.multiplexer.engine.topology;
