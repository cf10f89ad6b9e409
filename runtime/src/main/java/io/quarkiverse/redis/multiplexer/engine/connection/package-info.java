/**
 * One socket to a server: made, greeted, logged in, watched, renewed, ended.
 * <p>
 * Doors: {@code ConnectionKeeper}, which keeps one connection for its {@code ConnectionUser}, for ever and with growing delays,
 * and {@code Connector}, which makes one for whoever takes care of it. {@code NodeConnection} is what both give.
 * <p>
 * States: of a kept connection those of {@code KeeperState}; of its liveness those of {@code LivenessCheck}.
 * <p>
 * Invariants: the in-flight queue holds exactly the commands whose replies have not all come, in the order of their bytes on
 * the
 * wire; what a server may leave unanswered never shares a connection; whoever is told of a transition is told after it has
 * happened.
 */
package io.quarkiverse.redis.multiplexer.engine.connection;
