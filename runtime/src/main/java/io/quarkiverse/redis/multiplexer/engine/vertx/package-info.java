/**
 * The one door to what Vert.x calls internal: event loops of contexts, sockets, metrics, leases of pooled connections.
 * Nothing else in the engine depends on {@code io.vertx.core.impl} or its like, so that another major version of Vert.x needs
 * another version of this room.
 */
package io.quarkiverse.redis.multiplexer.engine.vertx;
