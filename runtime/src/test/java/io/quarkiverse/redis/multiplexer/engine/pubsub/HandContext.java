package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

import io.vertx.core.Context;
import io.vertx.core.Handler;

/** A context whose tasks a test runs by hand, one at a time. */
final class HandContext {

    private final Queue<Handler<Void>> tasks = new ArrayDeque<>();
    private boolean ended;
    private boolean fails;

    final Context context = (Context) Proxy.newProxyInstance(HandContext.class.getClassLoader(),
            new Class<?>[] { Context.class }, (proxy, method, arguments) -> switch (method.getName()) {
                case "runOnContext" -> add((Handler<?>) arguments[0]);
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> throw new UnsupportedOperationException(method.toString());
            });

    @SuppressWarnings("unchecked")
    private Object add(Handler<?> task) {
        if (ended) {
            throw new RejectedExecutionException("by hand");
        }
        if (fails) {
            fails = false;
            throw new OutOfMemoryError("by hand");
        }
        tasks.add((Handler<Void>) task);
        return null;
    }

    /** Nothing is run on it any more. */
    void end() {
        ended = true;
    }

    /** There is no memory for the next task. */
    void failOnce() {
        fails = true;
    }

    int waiting() {
        return tasks.size();
    }

    /** Runs the oldest task. */
    void runOne() {
        tasks.remove().handle(null);
    }
}
