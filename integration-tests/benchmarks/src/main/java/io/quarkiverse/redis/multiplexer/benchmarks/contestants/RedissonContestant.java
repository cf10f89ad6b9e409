package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import org.redisson.Redisson;
import org.redisson.api.RBucket;
import org.redisson.api.RBuckets;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;

/**
 * Redisson with its defaults, but that any number of channels shares a connection: by default, there can be 250. Replies are
 * handled on the thread that Redisson completes on, without a hop.
 */
final class RedissonContestant implements Contestant {

    private static final int CHANNELS_PER_CONNECTION = 1000;

    private final RedissonClient client;

    RedissonContestant(int port) {
        Config config = new Config();
        config.setCodec(ByteArrayCodec.INSTANCE);
        config.useSingleServer().setAddress("redis://localhost:" + port)
                .setSubscriptionsPerConnection(CHANNELS_PER_CONNECTION);
        client = Redisson.create(config);
    }

    @Override
    public Runnable asynchronous(Operation operation, Caller caller) {
        RBucket<byte[]> bucket = client.getBucket(operation.key());
        switch (operation.kind()) {
            case GET:
                return CompletionStages.repeated(bucket::getAsync, reply -> reply.length, caller);
            case SET:
                byte[] value = operation.valueBytes();
                return CompletionStages.repeated(() -> bucket.setAsync(value), nothing -> 0, caller);
            case MGET:
                RBuckets buckets = client.getBuckets();
                String[] keys = operation.keys().toArray(String[]::new);
                return CompletionStages.repeated(() -> buckets.<byte[]> getAsync(keys), RedissonContestant::length, caller);
            case EVAL:
                RScript script = client.getScript();
                List<Object> keyList = List.of(operation.key());
                return CompletionStages.repeated(() -> script.<byte[]> evalAsync(RScript.Mode.READ_ONLY, Operation.SCRIPT,
                        RScript.ReturnType.VALUE, keyList), reply -> reply.length, caller);
            default:
                throw new IllegalArgumentException(operation.toString());
        }
    }

    @Override
    public BlockingCall blocking(Operation operation) {
        RBucket<byte[]> bucket = client.getBucket(operation.key());
        switch (operation.kind()) {
            case GET:
                return () -> bucket.get().length;
            case SET:
                byte[] value = operation.valueBytes();
                return () -> {
                    bucket.set(value);
                    return 0;
                };
            case MGET:
                RBuckets buckets = client.getBuckets();
                String[] keys = operation.keys().toArray(String[]::new);
                return () -> length(buckets.get(keys));
            case EVAL:
                RScript script = client.getScript();
                List<Object> keyList = List.of(operation.key());
                return () -> script.<byte[]> eval(RScript.Mode.READ_ONLY, Operation.SCRIPT, RScript.ReturnType.VALUE,
                        keyList).length;
            default:
                throw new IllegalArgumentException(operation.toString());
        }
    }

    @Override
    public CompletionStage<?> subscribe(Topic topic, Subscriber subscriber) {
        return switch (topic.kind()) {
            case CHANNEL -> client.getTopic(topic.name(), ByteArrayCodec.INSTANCE).addListenerAsync(byte[].class,
                    (channel, message) -> subscriber.heard(message.length));
            case PATTERN -> client.getPatternTopic(topic.name(), ByteArrayCodec.INSTANCE).addListenerAsync(byte[].class,
                    (pattern, channel, message) -> subscriber.heard(message.length));
        };
    }

    private static int length(Map<String, byte[]> values) {
        return values.values().stream().mapToInt(value -> value.length).sum();
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
