package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.concurrent.CompletionStage;

import io.lettuce.core.api.async.RedisListAsyncCommands;

/**
 * Two who hand an element over to each other: one pushes it to the queue that the other one waits for, who pushes it to the
 * queue that the first one waits for. The second one does so until the client is closed.
 */
final class LettuceHandOver {

    private final RedisListAsyncCommands<byte[], byte[]> shared;
    private final RedisListAsyncCommands<byte[], byte[]> first;
    private final RedisListAsyncCommands<byte[], byte[]> second;
    private final byte[] there;
    private final byte[] back;
    private final byte[] element;

    /**
     * @param shared for those who do not wait
     * @param first connection of one of them, who waits on it
     * @param second connection of the other one
     */
    LettuceHandOver(RedisListAsyncCommands<byte[], byte[]> shared, RedisListAsyncCommands<byte[], byte[]> first,
            RedisListAsyncCommands<byte[], byte[]> second, Operation operation) {
        this.shared = shared;
        this.first = first;
        this.second = second;
        this.there = Operation.bytes(UniqueNames.next(operation.key() + ":there"));
        this.back = Operation.bytes(UniqueNames.next(operation.key() + ":back"));
        this.element = operation.valueBytes();
        returnTheNext();
    }

    private void returnTheNext() {
        second.blpop(0L, there).thenAccept(popped -> {
            shared.rpush(back, popped.getValue());
            returnTheNext();
        });
    }

    /** @return the length of the element, when it has come back */
    CompletionStage<Integer> run() {
        CompletionStage<Integer> returned = first.blpop((long) Operation.PATIENCE_SECONDS, back)
                .thenApply(popped -> popped.getValue().length);
        shared.rpush(there, element);
        return returned;
    }
}
