package io.quarkiverse.redis.multiplexer.engine;

import java.util.ArrayList;
import java.util.List;

import io.vertx.core.Promise;

/** Those who wait for a connection to be there. Whoever is told may wait again. Used on the event loop of the connection. */
final class ReadyWaiters {

    private List<Promise<Void>> waiting = new ArrayList<>();

    void add(Promise<Void> promise) {
        waiting.add(promise);
    }

    void complete() {
        take().forEach(promise -> Guard.complete(promise, null));
    }

    void fail(Throwable cause) {
        take().forEach(promise -> Guard.fail(promise, cause));
    }

    private List<Promise<Void>> take() {
        List<Promise<Void>> taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }
}
