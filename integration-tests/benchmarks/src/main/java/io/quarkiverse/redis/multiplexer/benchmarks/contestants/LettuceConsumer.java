package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.concurrent.CompletionStage;

import io.lettuce.core.Consumer;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.async.RedisStreamAsyncCommands;

/** Reads one new entry of a stream for its group, and acknowledges it. */
final class LettuceConsumer {

    private static final byte[] GROUP = Operation.bytes(Operation.GROUP);

    private final RedisStreamAsyncCommands<byte[], byte[]> commands;
    private final byte[] key;
    private final XReadArgs options;
    private final Consumer<byte[]> consumer = Consumer.from(GROUP, Operation.bytes(UniqueNames.next("consumer")));

    /** @param commands of a connection of its own if the server may be waited for */
    LettuceConsumer(RedisStreamAsyncCommands<byte[], byte[]> commands, Operation operation) {
        this.commands = commands;
        this.key = operation.keyBytes();
        this.options = XReadArgs.Builder.count(1);
        if (operation.kind() == Operation.Kind.CONSUME) {
            options.block(Operation.PATIENCE_SECONDS * 1000L);
        }
    }

    /** @return the length of the value of the entry */
    @SuppressWarnings("unchecked")
    CompletionStage<Integer> run() {
        return commands.xreadgroup(consumer, options, StreamOffset.lastConsumed(key)).thenCompose(entries -> {
            StreamMessage<byte[], byte[]> entry = entries.get(0);
            return commands.xack(key, GROUP, entry.getId())
                    .thenApply(acknowledged -> entry.getBody().values().iterator().next().length);
        });
    }
}
