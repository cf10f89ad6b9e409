package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.quarkiverse.redis.multiplexer.SentinelAccess;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;

/**
 * Lettuce with its defaults: one shared connection to whichever server is the primary. Command timeouts, which are off, are on.
 * Who waits for an element has a connection of their own for as long.
 */
final class LettucePrimaryContestant extends AnyLettuceContestant {

    private final RedisClient client = RedisClient.create();
    private final Supplier<CompletionStage<StatefulRedisConnection<String, String>>> connect;
    private final StatefulRedisConnection<String, String> shared;
    private final Queue<StatefulRedisConnection<String, String>> spare = new ConcurrentLinkedQueue<>();

    private LettucePrimaryContestant(int eventLoops, ClientSetup setup, Duration commandTimeout,
            Function<RedisClient, CompletionStage<StatefulRedisConnection<String, String>>> connect) {
        super(eventLoops);
        client.setOptions(ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled(commandTimeout))
                .disconnectedBehavior(setup.unavailable() == UnavailablePolicy.FAIL_FAST
                        ? ClientOptions.DisconnectedBehavior.REJECT_COMMANDS
                        : ClientOptions.DisconnectedBehavior.DEFAULT)
                .build());
        this.connect = () -> connect.apply(client);
        shared = this.connect.get().toCompletableFuture().join();
    }

    /** Sentinels are asked for the primary at each connect. */
    static LettucePrimaryContestant ofSentinels(int eventLoops, ClientSetup setup, Duration commandTimeout) {
        RedisURI ofServers = RedisURI.create(setup.urls().get(0));
        RedisURI.Builder uri = RedisURI.builder().withSentinelMasterId(setup.primaryName())
                .withDatabase(ofServers.getDatabase()).withTimeout(commandTimeout)
                .withAuthentication(ofServers.getCredentialsProvider());
        setup.urls().forEach(url -> uri.withSentinel(sentinel(RedisURI.create(url), setup.sentinelAccess())));
        RedisURI all = uri.build();
        return new LettucePrimaryContestant(eventLoops, setup, commandTimeout, client -> client
                .connectAsync(StringCodec.UTF8, all).thenApply(Function.identity()));
    }

    private static RedisURI sentinel(RedisURI address, SentinelAccess access) {
        RedisURI.Builder uri = RedisURI.Builder.redis(address.getHost(), address.getPort());
        if (access.hasLogin()) {
            uri.withAuthentication(access.username().orElse("default"), access.password().orElse(""));
        }
        return uri.build();
    }

    /** Servers are asked which of them is the primary when the client is made. */
    static LettucePrimaryContestant ofServers(int eventLoops, ClientSetup setup, Duration commandTimeout) {
        List<RedisURI> uris = setup.urls().stream().map(RedisURI::create).toList();
        uris.forEach(uri -> uri.setTimeout(commandTimeout));
        return new LettucePrimaryContestant(eventLoops, setup, commandTimeout, client -> MasterReplica
                .connectAsync(client, StringCodec.UTF8, uris).thenApply(connection -> {
                    connection.setReadFrom(LettuceCalls.readFrom(setup.replicas()));
                    return connection;
                }));
    }

    @Override
    CompletionStage<?> reply(Call call) {
        return call.verb() == Verb.BLPOP ? sendAlone(call) : LettuceCalls.send(shared.async(), call);
    }

    /** On the connection that others use, they would wait as well. */
    private CompletionStage<?> sendAlone(Call call) {
        StatefulRedisConnection<String, String> taken = spare.poll();
        return taken != null ? sendOn(taken, call) : connect.get().thenCompose(made -> sendOn(made, call));
    }

    private CompletionStage<?> sendOn(StatefulRedisConnection<String, String> own, Call call) {
        return LettuceCalls.send(own.async(), call).whenComplete((value, failure) -> spare.add(own));
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
