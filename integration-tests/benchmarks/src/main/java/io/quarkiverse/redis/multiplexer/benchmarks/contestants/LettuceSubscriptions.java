package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * All subscribers of Lettuce on one connection, with one listener, which knows who has subscribed to what: what an
 * application has to write itself, since a listener of Lettuce hears everything. Subscribers are called on Lettuce's own
 * thread, one after the other.
 */
final class LettuceSubscriptions extends RedisPubSubAdapter<String, byte[]> {

    private final StatefulRedisPubSubConnection<String, byte[]> connection;
    private final Map<String, List<Contestant.Subscriber>> ofChannels = new ConcurrentHashMap<>();
    private final Map<String, List<Contestant.Subscriber>> ofPatterns = new ConcurrentHashMap<>();

    LettuceSubscriptions(RedisClient client) {
        connection = client.connectPubSub(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
        connection.addListener(this);
    }

    CompletionStage<?> subscribe(Topic topic, Contestant.Subscriber subscriber) {
        boolean channel = topic.kind() == Topic.Kind.CHANNEL;
        List<Contestant.Subscriber> all = (channel ? ofChannels : ofPatterns).computeIfAbsent(topic.name(),
                name -> new CopyOnWriteArrayList<>());
        all.add(subscriber);
        if (all.size() > 1) {
            return CompletableFuture.completedFuture(null);
        }
        return channel ? connection.async().subscribe(topic.name()) : connection.async().psubscribe(topic.name());
    }

    @Override
    public void message(String channel, byte[] message) {
        ofChannels.get(channel).forEach(subscriber -> subscriber.heard(message.length));
    }

    @Override
    public void message(String pattern, String channel, byte[] message) {
        ofPatterns.get(pattern).forEach(subscriber -> subscriber.heard(message.length));
    }

    void close() {
        connection.close();
    }
}
