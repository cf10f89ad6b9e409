package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.concurrent.CompletionStage;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

/**
 * A contestant with threads of its own, whose replies go back to the event loop of who called: where an application that runs
 * on event loops needs them, with its request scope and without locks.
 */
final class OnLoop implements Contestant {

    private final Vertx vertx;
    private final Contestant contestant;

    OnLoop(Vertx vertx, Contestant contestant) {
        this.vertx = vertx;
        this.contestant = contestant;
    }

    @Override
    public Runnable asynchronous(Operation operation, Caller caller) {
        Return way = new Return(caller);
        Runnable call = contestant.asynchronous(operation, way);
        return () -> {
            way.context = vertx.getOrCreateContext();
            call.run();
        };
    }

    @Override
    public BlockingCall blocking(Operation operation) {
        return contestant.blocking(operation);
    }

    @Override
    public CompletionStage<?> subscribe(Topic topic, Subscriber subscriber) {
        Context context = vertx.getOrCreateContext();
        return contestant.subscribe(topic, bytes -> context.runOnContext(now -> subscriber.heard(bytes)));
    }

    @Override
    public void close() throws Exception {
        contestant.close();
    }

    /** The way back of one caller, who has one call in flight. */
    private static final class Return implements Caller {

        private final Caller caller;
        private volatile Context context;

        Return(Caller caller) {
            this.caller = caller;
        }

        @Override
        public void succeeded(int replyBytes) {
            context.runOnContext(now -> caller.succeeded(replyBytes));
        }

        @Override
        public void failed(Throwable cause) {
            context.runOnContext(now -> caller.failed(cause));
        }
    }
}
