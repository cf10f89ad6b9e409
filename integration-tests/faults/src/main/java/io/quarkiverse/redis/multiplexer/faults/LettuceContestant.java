package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * Lettuce with its defaults: one shared connection that reconnects by itself. Command timeouts, which are off, are on.
 */
final class LettuceContestant extends AnyLettuceContestant {

    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;

    LettuceContestant(int eventLoops, String url, Duration commandTimeout) {
        super(eventLoops);
        RedisURI uri = RedisURI.create(url);
        uri.setTimeout(commandTimeout);
        client = RedisClient.create(uri);
        client.setOptions(ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled(commandTimeout)).build());
        connection = client.connect();
    }

    @Override
    CompletionStage<?> reply(Call call) {
        return LettuceCalls.send(connection.async(), call);
    }

    @Override
    public void subscribe(String channel, Runnable onMessage) {
        StatefulRedisPubSubConnection<String, String> subscription = client.connectPubSub();
        subscription.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String from, String message) {
                onMessage.run();
            }
        });
        subscription.sync().subscribe(channel);
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
