package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.masterreplica.StatefulRedisMasterReplicaConnection;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/**
 * Lettuce with one connection, to a server or to a cluster, that is shared by everyone. Who has transactions has a connection
 * of his own, as Lettuce demands it, and sends all of a transaction at once; so has who lets the server wait. All subscribers
 * share a connection of theirs. Replies are handled on Lettuce's own thread, without a hop.
 */
final class LettuceContestant implements Contestant {

    private final AbstractRedisClient client;
    private final StatefulConnection<byte[], byte[]> connection;
    private final RedisClusterAsyncCommands<byte[], byte[]> asynchronous;
    private final RedisClusterCommands<byte[], byte[]> blocking;
    private final List<StatefulRedisConnection<byte[], byte[]>> ofCallers = new CopyOnWriteArrayList<>();
    private Optional<LettuceSubscriptions> subscriptions = Optional.empty();

    private LettuceContestant(AbstractRedisClient client, StatefulConnection<byte[], byte[]> connection,
            RedisClusterAsyncCommands<byte[], byte[]> asynchronous, RedisClusterCommands<byte[], byte[]> blocking) {
        this.client = client;
        this.connection = connection;
        this.asynchronous = asynchronous;
        this.blocking = blocking;
    }

    static LettuceContestant ofServer(int port) {
        return ofServer(RedisURI.create("localhost", port));
    }

    /** @param port where the server can be asked for its Unix socket */
    static LettuceContestant ofUnixSocket(int port) {
        return ofServer(RedisURI.Builder.socket(UnixSockets.of(port).toString()).build());
    }

    private static LettuceContestant ofServer(RedisURI address) {
        RedisClient client = RedisClient.create(address);
        StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
        return new LettuceContestant(client, connection, connection.async(), connection.sync());
    }

    /** @param port of a sentinel */
    static LettuceContestant ofSentinel(int port) {
        RedisClient client = RedisClient.create(RedisURI.Builder.sentinel("localhost", port, RedisSentinels.NAME).build());
        StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
        return new LettuceContestant(client, connection, connection.async(), connection.sync());
    }

    static LettuceContestant ofReplication(int port) {
        return ofReplication(port, ReadFrom.UPSTREAM);
    }

    static LettuceContestant ofAnyInReplication(int port) {
        return ofReplication(port, ReadFrom.ANY);
    }

    private static LettuceContestant ofReplication(int port, ReadFrom readFrom) {
        RedisClient client = RedisClient.create();
        StatefulRedisMasterReplicaConnection<byte[], byte[]> connection = MasterReplica.connect(client,
                ByteArrayCodec.INSTANCE, RedisURI.create("localhost", port));
        connection.setReadFrom(readFrom);
        return new LettuceContestant(client, connection, connection.async(), connection.sync());
    }

    static LettuceContestant ofCluster(int port) {
        RedisClusterClient client = RedisClusterClient.create(RedisURI.create("localhost", port));
        StatefulRedisClusterConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
        return new LettuceContestant(client, connection, connection.async(), connection.sync());
    }

    @Override
    public Runnable asynchronous(Operation operation, Caller caller) {
        RedisClusterAsyncCommands<byte[], byte[]> commands = asynchronous;
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
            case TRANSACTION:
                RedisAsyncCommands<byte[], byte[]> own = connectionOfCaller().async();
                byte[][] counters = operation.keysBytes();
                return CompletionStages.repeated(() -> {
                    own.multi();
                    for (byte[] counter : counters) {
                        own.incr(counter);
                    }
                    return own.exec();
                }, TransactionResult::size, caller);
            case XADD:
                Supplier<CompletionStage<String>> entry = entries(operation);
                return CompletionStages.repeated(entry, id -> 0, caller);
            case XADD_PIPELINE:
                Supplier<CompletionStage<String>> entries = entries(operation);
                return CompletionStages.repeated(() -> all(entries, operation.replyBytes()), Integer::intValue, caller);
            case CONSUME:
                return CompletionStages.repeated(new LettuceConsumer(connectionOfCaller().async(), operation)::run,
                        Integer::intValue, caller);
            case POLL:
                return CompletionStages.repeated(new LettuceConsumer(commands, operation)::run, Integer::intValue, caller);
            case HAND_OVER:
                return CompletionStages.repeated(new LettuceHandOver(commands, connectionOfCaller().async(),
                        connectionOfCaller().async(), operation)::run, Integer::intValue, caller);
            default:
                throw new IllegalArgumentException(operation.toString());
        }
    }

    @Override
    public BlockingCall blocking(Operation operation) {
        RedisClusterCommands<byte[], byte[]> commands = blocking;
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
            case TRANSACTION:
                RedisAsyncCommands<byte[], byte[]> own = connectionOfCaller().async();
                byte[][] counters = operation.keysBytes();
                return () -> {
                    own.multi();
                    for (byte[] counter : counters) {
                        own.incr(counter);
                    }
                    return own.exec().get().size();
                };
            default:
                throw new IllegalArgumentException(operation.toString());
        }
    }

    private Supplier<CompletionStage<String>> entries(Operation operation) {
        byte[] key = operation.keyBytes();
        XAddArgs limit = XAddArgs.Builder.maxlen(Operation.MAX_ENTRIES).approximateTrimming();
        Map<byte[], byte[]> body = Map.of(Operation.bytes(Operation.FIELD), operation.valueBytes());
        return () -> asynchronous.xadd(key, limit, body);
    }

    /** @return how many there are, when all have been answered */
    private static CompletionStage<Integer> all(Supplier<CompletionStage<String>> calls, int count) {
        CompletableFuture<?>[] all = new CompletableFuture<?>[count];
        for (int i = 0; i < count; i++) {
            all[i] = calls.get().toCompletableFuture();
        }
        return CompletableFuture.allOf(all).thenApply(answered -> count);
    }

    @Override
    public synchronized CompletionStage<?> subscribe(Topic topic, Subscriber subscriber) {
        if (subscriptions.isEmpty()) {
            subscriptions = Optional.of(new LettuceSubscriptions((RedisClient) client));
        }
        return subscriptions.get().subscribe(topic, subscriber);
    }

    private StatefulRedisConnection<byte[], byte[]> connectionOfCaller() {
        StatefulRedisConnection<byte[], byte[]> own = ((RedisClient) client).connect(ByteArrayCodec.INSTANCE);
        ofCallers.add(own);
        return own;
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
        ofCallers.forEach(StatefulConnection::close);
        subscriptions.ifPresent(LettuceSubscriptions::close);
        client.shutdown();
    }
}
