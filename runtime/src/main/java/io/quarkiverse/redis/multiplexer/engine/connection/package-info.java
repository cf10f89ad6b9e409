/**
 * One socket to a server: made, greeted, logged in, watched, renewed, ended.
 * <p>
 * Doors: {@code ConnectionKeeper}, which keeps one connection for its {@code ConnectionUser}, for ever and with growing delays,
 * and {@code Connector}, which makes one for whoever takes care of it. {@code NodeConnection} is what both give.
 * <p>
 * A connection tells its {@code ConnectionOwner} of its life, and the owner's {@code TrafficListener} of what comes on it: a
 * keeper is told of the former, and its user, a lane or the hub, of the latter, directly. {@code ConnectionRole} is what the
 * server is told when it has let us in.
 * <p>
 * States: of a connection those of {@code ConnectionLife}; of a kept one those of {@code KeeperState}, where state and
 * connection change together; of its liveness those of {@code LivenessCheck}.
 * <p>
 * Invariants: the in-flight queue holds exactly the commands whose replies have not all come, in the order of their bytes on
 * the
 * wire; what a server may leave unanswered never shares a connection; whoever is told of a transition is told after it has
 * happened.
 */
package io.quarkiverse.redis.multiplexer.engine.connection;
