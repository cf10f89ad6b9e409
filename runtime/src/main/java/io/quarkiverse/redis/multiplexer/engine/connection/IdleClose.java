package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;

/**
 * Tells whether the server has closed a connection because nobody has used it for a while, as many are configured to do
 * (<a href="https://redis.io/docs/latest/develop/reference/clients/">timeout</a>). That is no outage, and no reason to connect
 * again before somebody wants to.
 */
final class IdleClose {

    /** The shortest time after which servers close idle connections. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private IdleClose() {
    }

    /** @param inFlight what was in flight on the connection when it was closed */
    static boolean explains(NodeConnection closed, CommandQueue inFlight, ConnectionUser user, long now) {
        for (int i = 0; i < inFlight.size(); i++) {
            if (!inFlight.get(i).isOwnQuestion()) {
                return false;
            }
        }
        return closed.isEndedByPeer() && now - closed.lastRead() >= IDLE_NANOS && user.isQuiet() && !user.needsConnection();
    }
}
