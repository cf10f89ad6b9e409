package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * Lettuce with its defaults: one shared connection that reconnects by itself. Command timeouts, which are off, are on. It needs
 * another Netty than Vert.x 4, so its users' event loops are threads of their own.
 */
final class LettuceContestant implements Contestant {

    private final Misconduct misconduct = new Misconduct();
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final List<ExecutorService> loops;

    LettuceContestant(int eventLoops, String url, Duration commandTimeout) {
        loops = Stream.generate(Executors::newSingleThreadExecutor).limit(eventLoops).toList();
        RedisURI uri = RedisURI.create(url);
        uri.setTimeout(commandTimeout);
        client = RedisClient.create(uri);
        client.setOptions(ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled(commandTimeout)).build());
        connection = client.connect();
    }

    @Override
    public CompletionStage<Object> send(Call call) {
        CompletionStage<?> reply = LettuceCalls.send(connection.async(), call);
        misconduct.perhaps(callback -> reply.whenComplete((value, failure) -> callback.run()));
        return reply.thenApply(Function.identity());
    }

    @Override
    public CompletionStage<Object> batch(List<Call> calls) {
        return LettuceCalls.together(calls.stream().map(this::send).toList());
    }

    /** Those of others would get into them. */
    @Override
    public boolean hasTransactions() {
        return false;
    }

    @Override
    public CompletionStage<Session> connect() {
        throw new UnsupportedOperationException();
    }

    /** Nothing in Lettuce's failures tells whether the command was sent. */
    @Override
    public Fate fate(Throwable failure) {
        return failure instanceof RedisCommandExecutionException ? Fate.REFUSED : Fate.SENT;
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
    public List<Executor> loops() {
        return List.copyOf(loops);
    }

    @Override
    public void close() {
        client.shutdown();
    }

    @Override
    public void endLoops() {
        loops.forEach(ExecutorService::shutdown);
    }
}
