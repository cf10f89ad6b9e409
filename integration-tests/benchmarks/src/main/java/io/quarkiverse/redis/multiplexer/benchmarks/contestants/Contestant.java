package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.concurrent.CompletionStage;

import io.vertx.core.Vertx;

/**
 * A client as an application would use it, to one server. Each call is prepared once per caller and then made again and
 * again, so that preparing costs nothing where it counts. Thread-safe.
 */
public interface Contestant extends AutoCloseable {

    /** Who hears of the replies to an asynchronous call. Called on whatever thread the client completes on. */
    interface Caller {

        /** @param replyBytes as in {@link Operation#replyBytes()} */
        void succeeded(int replyBytes);

        void failed(Throwable cause);
    }

    /** Who hears messages, one at a time, on whatever thread the client calls it on. */
    interface Subscriber {

        /** @param bytes of the message */
        void heard(int bytes);
    }

    /** Makes one call and waits for it. */
    interface BlockingCall {

        /** @return as in {@link Operation#replyBytes()} */
        int call() throws Exception;
    }

    /** A call that returns before the reply is there. A caller makes it again when the reply came, on the thread it came on. */
    Runnable asynchronous(Operation operation, Caller caller);

    /** A call that holds up its thread. */
    BlockingCall blocking(Operation operation);

    /**
     * Adds a subscriber of its own, as somebody who knows of no other one would.
     *
     * @return completed when it is in force
     */
    default CompletionStage<?> subscribe(Topic topic, Subscriber subscriber) {
        throw new UnsupportedOperationException("It does not subscribe");
    }

    @Override
    void close() throws Exception;

    /**
     * What makes a contestant.
     *
     * @see ContestantType
     */
    interface Factory {

        /** @param vertx the callers' own; contestants that are not based on Vert.x have their own threads */
        Contestant connect(Vertx vertx, int port) throws Exception;
    }
}
