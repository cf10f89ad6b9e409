package io.quarkiverse.redis.multiplexer.showcase;

import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import io.quarkus.vertx.http.HttpServerStart;

/** Tells where the page is. */
@Singleton
class StartMessage {

    private static final Logger LOG = Logger.getLogger(StartMessage.class);

    void onStart(@ObservesAsync HttpServerStart started) {
        int port = started.options().getPort();
        // Quarkus asks for a random one with 0 or less, and says itself which one it got.
        if (port > 0) {
            LOG.infof("The showcase is at http://localhost:%d", port);
        }
    }
}
