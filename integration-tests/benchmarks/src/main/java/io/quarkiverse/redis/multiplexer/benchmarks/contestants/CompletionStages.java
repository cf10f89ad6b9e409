package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Asynchronous calls of those clients that answer with completion stages. */
final class CompletionStages {

    private CompletionStages() {
    }

    /** @param length of a reply, in bytes */
    static <T> Runnable repeated(Supplier<? extends CompletionStage<T>> call, ToIntFunction<T> length,
            Contestant.Caller caller) {
        return () -> call.get().whenComplete((reply, failure) -> {
            if (failure == null) {
                caller.succeeded(length.applyAsInt(reply));
            } else {
                caller.failed(failure);
            }
        });
    }
}
