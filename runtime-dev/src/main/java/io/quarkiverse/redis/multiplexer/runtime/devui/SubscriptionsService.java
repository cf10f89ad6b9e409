package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.time.Duration;
import java.util.List;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** JSON-RPC methods of the Dev UI: watching what is published. */
public class SubscriptionsService {

    /** Messages come to the page in bundles, so that a busy channel does not drown it. */
    private static final int BUNDLE = 500;
    private static final Duration BUNDLE_TIME = Duration.ofMillis(100);

    private final DevUiClients clients;

    SubscriptionsService(DevUiClients clients) {
        this.clients = clients;
    }

    /**
     * @param kind {@code message}, or {@code subscribed} when the server has confirmed the subscription
     * @param channel where it was published; empty for a confirmation
     * @param millis since 1970
     */
    public record Event(String kind, String channel, String text, long millis) {
    }

    /**
     * Subscribes until the page cancels. Fails with the server's error.
     *
     * @param pattern whether the name is a pattern of channels
     */
    public Multi<List<Event>> watch(String client, String name, boolean pattern) {
        MultiplexedRedis redis = clients.named(client);
        return Multi.createFrom()
                .<Event> emitter(emitter -> subscribe(redis, name, pattern, emitter), BackPressureStrategy.BUFFER)
                .group().intoLists().of(BUNDLE, BUNDLE_TIME);
    }

    private static void subscribe(MultiplexedRedis redis, String name, boolean pattern, MultiEmitter<? super Event> emitter) {
        redis.connect().onFailure(emitter::fail).onSuccess(connection -> {
            emitter.onTermination(connection::close);
            connection.handler(message -> onMessage(message, emitter)).endHandler(end -> emitter.complete());
            subscribe(connection, name, pattern, emitter);
        });
    }

    private static void subscribe(RedisConnection connection, String name, boolean pattern,
            MultiEmitter<? super Event> emitter) {
        connection.send(Request.cmd(pattern ? Command.PSUBSCRIBE : Command.SUBSCRIBE).arg(name)).onFailure(emitter::fail)
                .onSuccess(confirmed -> emitter.emit(new Event("subscribed", "", name, System.currentTimeMillis())));
    }

    private static void onMessage(Response message, MultiEmitter<? super Event> emitter) {
        boolean ofPattern = message.get(0).toString().equals("pmessage");
        if (ofPattern || message.get(0).toString().equals("message")) {
            int channel = ofPattern ? 2 : 1;
            emitter.emit(new Event("message", ByteText.readable(message.get(channel).toBytes()),
                    ByteText.readable(message.get(channel + 1).toBytes()), System.currentTimeMillis()));
        }
    }
}
