package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.vertx.core.Future;

/**
 * What a page is answered that asked something of a server. A server that is down or says no is everyday life for a page; if
 * it was reported as a failure of the JSON-RPC method, the Dev UI would log a stack trace of it each time.
 *
 * @param value {@code null} if there is an error
 * @param error {@code null} if there is none
 */
public record Outcome<T>(T value, String error) {

    /** Completes with a value or an error; never fails. */
    static <T> CompletionStage<Outcome<T>> of(Supplier<Future<T>> action) {
        return Future.succeededFuture().compose(start -> action.get())
                .map(value -> new Outcome<>(value, null))
                .otherwise(failure -> new Outcome<>(null, describe(failure)))
                .toCompletionStage();
    }

    /** What a page says of a failure. */
    static String describe(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
