package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.List;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;

/** Lettuce with one connection that is shared by everyone. Replies are handled on Lettuce's own thread, without a hop. */
final class LettuceContestant implements Contestant {

    private final RedisClient client;
    private final StatefulRedisConnection<byte[], byte[]> connection;

    LettuceContestant(int port) {
        client = RedisClient.create(RedisURI.create("localhost", port));
        connection = client.connect(ByteArrayCodec.INSTANCE);
    }

    @Override
    public Runnable asynchronous(Operation operation, Caller caller) {
        RedisAsyncCommands<byte[], byte[]> commands = connection.async();
        byte[] key = operation.keyBytes();
        switch (operation.kind()) {
            case GET:
                return CompletionStages.repeated(() -> commands.get(key), reply -> reply.length, caller);
            case SET:
                byte[] value = operation.valueBytes();
                return CompletionStages.repeated(() -> commands.set(key, value), ok -> 0, caller);
            case MGET:
                byte[][] keys = operation.keysBytes();
                return CompletionStages.repeated(() -> commands.mget(keys), LettuceContestant::length, caller);
            case EVAL:
                byte[] script = Operation.bytes(Operation.SCRIPT);
                return CompletionStages.repeated(() -> commands.<byte[]> eval(script, ScriptOutputType.VALUE, key),
                        reply -> reply.length,
                        caller);
            default:
                throw new IllegalArgumentException(operation.toString());
        }
    }

    @Override
    public BlockingCall blocking(Operation operation) {
        RedisCommands<byte[], byte[]> commands = connection.sync();
        byte[] key = operation.keyBytes();
        switch (operation.kind()) {
            case GET:
                return () -> commands.get(key).length;
            case SET:
                byte[] value = operation.valueBytes();
                return () -> {
                    commands.set(key, value);
                    return 0;
                };
            case MGET:
                byte[][] keys = operation.keysBytes();
                return () -> length(commands.mget(keys));
            case EVAL:
                byte[] script = Operation.bytes(Operation.SCRIPT);
                return () -> commands.<byte[]> eval(script, ScriptOutputType.VALUE, key).length;
            default:
                throw new IllegalArgumentException(operation.toString());
        }
    }

    private static int length(List<KeyValue<byte[], byte[]>> values) {
        int sum = 0;
        for (KeyValue<byte[], byte[]> value : values) {
            sum += value.getValue().length;
        }
        return sum;
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }
}
