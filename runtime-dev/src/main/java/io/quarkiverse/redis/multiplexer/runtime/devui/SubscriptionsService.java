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
     * @param kind {@code message}, {@code subscribed} when the server has confirmed the subscription, or {@code failed} when
     *        there is none
     * @param channel where it was published; empty if it is no message
     * @param text what was published, or the beginning of it; what was subscribed to; or why it was not
     * @param millis since 1970
     */
    public record Event(String kind, String channel, String text, long millis) {

        static Event now(String kind, String channel, String text) {
            return new Event(kind, channel, text, System.currentTimeMillis());
        }
    }

    /**
     * Subscribes until the page cancels. Ends if the server refuses that, which is an event for the same reason as an
     * {@link Outcome} has errors.
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
        redis.connect().onFailure(failure -> fail(failure, emitter)).onSuccess(connection -> {
            emitter.onTermination(connection::close);
            connection.handler(message -> onMessage(message, emitter)).endHandler(end -> emitter.complete());
            subscribe(connection, name, pattern, emitter);
        });
    }

    private static void subscribe(RedisConnection connection, String name, boolean pattern,
            MultiEmitter<? super Event> emitter) {
        connection.send(Request.cmd(pattern ? Command.PSUBSCRIBE : Command.SUBSCRIBE).arg(name))
                .onFailure(failure -> fail(failure, emitter))
                .onSuccess(confirmed -> emitter.emit(Event.now("subscribed", "", name)));
    }

    private static void fail(Throwable failure, MultiEmitter<? super Event> emitter) {
        emitter.emit(Event.now("failed", "", Outcome.describe(failure)));
        emitter.complete();
    }

    private static void onMessage(Response message, MultiEmitter<? super Event> emitter) {
        boolean ofPattern = message.get(0).toString().equals("pmessage");
        if (ofPattern || message.get(0).toString().equals("message")) {
            int channel = ofPattern ? 2 : 1;
            emitter.emit(Event.now("message", ByteText.beginning(message.get(channel).toBytes()),
                    ByteText.beginning(message.get(channel + 1).toBytes())));
        }
    }
}
