package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.internal.HostAndPort;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DnsResolvers;
import io.lettuce.core.resource.MappingSocketAddressResolver;

/**
 * Lettuce on a cluster, with its defaults: one shared connection per node, and the slots learnt again when there is reason to.
 * Command timeouts, which are off, are on. Who waits for an element has a connection of their own for as long.
 */
final class LettuceClusterContestant extends AnyLettuceContestant {

    private final ClientResources resources;
    private final RedisClusterClient client;
    private final StatefulRedisClusterConnection<String, String> shared;
    private final Queue<StatefulRedisClusterConnection<String, String>> spare = new ConcurrentLinkedQueue<>();
    private final Map<String, ScanCursor> cursors = new ConcurrentHashMap<>();

    /**
     * @param host where nodes are to be reached, whatever they say: Lettuce goes by their addresses, not by the names that they
     *        prefer
     */
    LettuceClusterContestant(int eventLoops, ClientSetup setup, String host, Duration commandTimeout) {
        super(eventLoops);
        List<RedisURI> uris = setup.urls().stream().map(RedisURI::create).toList();
        uris.forEach(uri -> uri.setTimeout(commandTimeout));
        resources = ClientResources.builder().socketAddressResolver(MappingSocketAddressResolver
                .create(DnsResolvers.UNRESOLVED, told -> HostAndPort.of(host, told.getPort()))).build();
        client = RedisClusterClient.create(resources, uris);
        client.setOptions(ClusterClientOptions.builder().timeoutOptions(TimeoutOptions.enabled(commandTimeout)).build());
        shared = client.connect();
        shared.setReadFrom(LettuceCalls.readFrom(setup.replicas()));
    }

    @Override
    CompletionStage<?> reply(Call call) {
        return switch (call.verb()) {
            case BLPOP -> sendAlone(call);
            case SCAN -> scan(call);
            default -> LettuceCalls.send(shared.async(), call);
        };
    }

    /** On the connections that others use, these would wait as well. */
    private CompletionStage<?> sendAlone(Call call) {
        StatefulRedisClusterConnection<String, String> taken = spare.poll();
        if (taken != null) {
            return sendOn(taken, call);
        }
        return client.connectAsync(StringCodec.UTF8).thenCompose(made -> sendOn(made, call));
    }

    private CompletionStage<?> sendOn(StatefulRedisClusterConnection<String, String> own, Call call) {
        return LettuceCalls.send(own.async(), call).whenComplete((value, failure) -> spare.add(own));
    }

    /** Its cursors are objects, which are kept here by a number. */
    private CompletionStage<?> scan(Call call) {
        ScanCursor cursor = cursors.getOrDefault(call.arguments().get(0), ScanCursor.INITIAL);
        return shared.async().scan(cursor, ScanArgs.Builder.limit(Long.parseLong(call.arguments().get(2))))
                .thenApply(scanned -> {
                    String next = scanned.isFinished() ? "0" : String.valueOf(cursors.size() + 1);
                    cursors.put(next, scanned.isFinished() ? ScanCursor.INITIAL : scanned);
                    return List.of(next, scanned.getKeys());
                });
    }

    /** That it is told to be unsubscribed from a channel is all that could be a sign of a gap. */
    @Override
    public void subscribe(Subscribing how, List<String> channels, Subscriber subscriber) {
        StatefulRedisClusterPubSubConnection<String, String> connection = client.connectPubSub();
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String text) {
                subscriber.message(channel, text);
            }

            @Override
            public void message(String pattern, String channel, String text) {
                subscriber.message(channel, text);
            }

            @Override
            public void smessage(String channel, String text) {
                subscriber.message(channel, text);
            }

            @Override
            public void sunsubscribed(String channel, long count) {
                subscriber.gap();
            }
        });
        String[] all = channels.toArray(String[]::new);
        switch (how) {
            case SUBSCRIBE -> connection.sync().subscribe(all);
            case PSUBSCRIBE -> connection.sync().psubscribe(all);
            case SSUBSCRIBE -> channels.forEach(channel -> connection.sync().ssubscribe(channel));
        }
    }

    @Override
    public void close() {
        client.shutdown();
        resources.shutdown();
    }
}
