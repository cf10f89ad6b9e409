package io.quarkiverse.redis.multiplexer.engine.dedicated;

import io.vertx.redis.client.Response;

/** Borrows a connection for commands that tell all there is to hear. */
public class Uninterested implements Borrower {

    @Override
    public boolean expectsMessages() {
        return false;
    }

    @Override
    public void onMessage(Response message) {
        throw new AssertionError(message);
    }

    @Override
    public void onEnd(Throwable cause) {
        // The commands have failed, or will.
    }
}
