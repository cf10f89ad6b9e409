package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A Redis client in the arena, as its users see it. Thread-safe. */
public interface Contestant extends AutoCloseable {

    /** What is sent to the server. */
    enum Verb {
        INCR,
        GET,
        SET,
        RPUSH,
        LPOP,
        /** With a timeout in seconds as its last argument. */
        BLPOP,
        MGET,
        MSET,
        DEL,
        UNLINK,
        EXISTS,
        TOUCH,
        MSETNX,
        SUNIONSTORE,
        /** A script, the number of its keys, the keys. */
        EVAL,
        EVALSHA,
        /** With {@code LOAD} as its first argument. */
        SCRIPT,
        DBSIZE,
        KEYS,
        /** With a cursor as its first argument. */
        SCAN,
        FLUSHALL,
        FLUSHDB,
        WATCH,
        MULTI,
        EXEC
    }

    /** What the caller of a command that failed knows about it. */
    enum Fate {
        /** The server answered an error: it did not run the command. */
        REFUSED,
        /** The client says that the command was not sent. */
        UNSENT,
        /** The client says that the command was sent, or does not say anything: the server may have run it. */
        SENT
    }

    /** @return completes with a Long, a String, {@code null}, or a list of these */
    CompletionStage<Object> send(Call call);

    /**
     * Sends commands as one, if the client can do that, and else at once.
     *
     * @return completes with the list of their replies
     */
    CompletionStage<Object> batch(List<Call> calls);

    /** Whether it has transactions on the connections that callers share. */
    boolean hasTransactions();

    Fate fate(Throwable failure);

    /** A connection of a caller's own. Only of those that have transactions. */
    CompletionStage<Session> connect();

    /** What one caller does on a connection of its own. */
    interface Session {

        CompletionStage<Object> send(Call call);

        void close();
    }

    /** Returns when the server has confirmed the subscription. */
    void subscribe(String channel, Runnable onMessage);

    /** How somebody subscribes. */
    enum Subscribing {
        SUBSCRIBE,
        PSUBSCRIBE,
        SSUBSCRIBE
    }

    /** What a subscriber is told. On any thread, one at a time. */
    interface Subscriber {

        void message(String channel, String text);

        /** Messages may have been missed. */
        void gap();
    }

    /** Subscribes on a connection of its own. Returns when the servers have confirmed it. Only clients of clusters can. */
    default void subscribe(Subscribing how, List<String> channels, Subscriber subscriber) {
        throw new UnsupportedOperationException();
    }

    /** How many timers it has on its event loops; nothing if that can't be seen. */
    default OptionalInt timers() {
        return OptionalInt.empty();
    }

    /** How many reads were for replicas and went to primaries; nothing if it does not count them. */
    default OptionalLong fallbackReads() {
        return OptionalLong.empty();
    }

    /** The event loops of those who use it; its own, if it has any that others can be on. */
    List<Executor> loops();

    /** Closes the client. */
    @Override
    void close();

    /** Ends the event loops, after all. */
    void endLoops();
}
