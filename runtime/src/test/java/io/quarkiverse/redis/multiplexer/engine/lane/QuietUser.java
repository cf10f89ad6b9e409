package io.quarkiverse.redis.multiplexer.engine.lane;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionUser;

/** A user of a kept connection that a test writes to directly. */
final class QuietUser implements ConnectionUser {

    @Override
    public void onLost(CommandQueue inFlight, Throwable cause) {
        inFlight.failAll(cause);
    }

    @Override
    public void onTick(long now) {
        // The test has no deadlines.
    }

    @Override
    public boolean isQuiet() {
        return true;
    }
}
