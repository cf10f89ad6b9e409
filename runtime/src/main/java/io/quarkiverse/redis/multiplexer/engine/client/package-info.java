/**
 * What is injected, and what it owns from one start of the application to its stop. The only room that the rest of the
 * extension knows.
 * <p>
 * Door: {@code MultiplexedRedisClient}, the handle, which asks for the current {@code Generation} at each call and holds none.
 * {@code Admission} is the one way in for {@code send} and {@code batch}, of the client ({@code ClientEntrance}) and of its
 * connections: it looks at the number of arguments, the size and the route, and begins the report. A {@code LazyConnection}
 * holds
 * nothing until a command needs a connection of its own, which a transaction does not. Beyond, this room knows the
 * {@code Topology}, and no node or lane.
 * <p>
 * States: a generation is there, or it has ended, and then every command fails as not sent; of a connection those of
 * {@code DispatchState}.
 * <p>
 * Invariants: a constructor acquires nothing; {@code send} never throws; every command completes exactly once; what one caller
 * does to a connection is never seen by another one.
 */
package io.quarkiverse.redis.multiplexer.engine.client;
