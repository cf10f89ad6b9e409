package io.quarkiverse.redis.multiplexer.engine.pubsub;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;

/** The way to subscriptions. May be used from any thread; the calls of one thread take effect in their order. */
public interface Hub {

    /**
     * Subscribes or unsubscribes.
     *
     * @param request SUBSCRIBE or one of its relatives, with the right number of arguments
     * @param onEnd run when the future is about to be completed, on any thread
     * @return completes on {@code caller} when the server has confirmed all of it
     */
    Future<Void> call(Subscriber subscriber, Request request, Context caller, Runnable onEnd);

    /** Forgets the subscriber, as a server forgets a connection that is closed. @param cause what its calls are told */
    void detach(Subscriber subscriber, Throwable cause);
}
