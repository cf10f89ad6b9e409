package io.quarkiverse.redis.multiplexer.showcase;

import io.vertx.core.Context;

/**
 * Where an answer comes from.
 *
 * @param client the injected type that was used
 * @param kind of the thread that handled the request
 * @param thread its name
 */
public record Served(String client, String kind, String thread) {

    /** By this thread. */
    static Served by(Class<?> client) {
        return by(client.getSimpleName());
    }

    /** By this thread. For types whose simple name is that of others, too. */
    static Served by(String client) {
        String thread = Thread.currentThread().getName();
        return new Served(client, kind(thread), thread);
    }

    private static String kind(String thread) {
        if (Context.isOnEventLoopThread()) {
            return "event loop";
        }
        // Java 17 knows nothing of virtual threads; Quarkus runs what is meant for them on workers there.
        return thread.startsWith("quarkus-virtual-thread") ? "virtual thread" : "worker";
    }
}
