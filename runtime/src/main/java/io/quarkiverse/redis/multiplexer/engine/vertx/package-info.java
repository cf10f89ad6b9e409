/**
 * The one door to what Vert.x calls internal: event loops of contexts, sockets, metrics, leases of pooled connections.
 * Nothing else in the engine depends on {@code io.vertx.core.impl} or its like, so that another major version of Vert.x needs
 * another version of this room: that for Vert.x 5 is in {@code integration-tests/vertx5}.
 * <p>
 * Door: {@code VertxAccess}; {@code SocketFactory}, {@code ConnectionLeases}, {@code CommandMetrics}, {@code LeaseMetrics},
 * {@code KeepAlive} and {@code ClosableRedis} are one thing each.
 * <p>
 * Invariants: it knows nothing else of ours, and decides nothing.
 */
package io.quarkiverse.redis.multiplexer.engine.vertx;
