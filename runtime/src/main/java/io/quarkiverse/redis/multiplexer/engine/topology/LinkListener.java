package io.quarkiverse.redis.multiplexer.engine.topology;

import io.vertx.redis.client.Response;

/** Told of what happens to a {@link Link} until it is closed, on its event loop. */
interface LinkListener {

    /** For whoever asks a question or two, and closes the link. */
    LinkListener NOBODY = new LinkListener() {
        @Override
        public void onMessage(Response message) {
        }

        @Override
        public void onLost(Throwable cause) {
        }
    };

    /** Something has come that answers no question. */
    void onMessage(Response message);

    /** The link has ended by itself. */
    void onLost(Throwable cause);
}
