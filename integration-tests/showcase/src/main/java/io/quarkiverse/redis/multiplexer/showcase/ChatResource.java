package io.quarkiverse.redis.multiplexer.showcase;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import org.jboss.resteasy.reactive.RestStreamElementType;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.pubsub.ReactivePubSubCommands;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.json.Json;
import io.vertx.mutiny.redis.client.Command;
import io.vertx.mutiny.redis.client.Redis;
import io.vertx.mutiny.redis.client.Request;

/**
 * A chat: messages are published with the mutiny client, and reach every browser as server-sent events. All browsers
 * together need one connection to Redis.
 */
@Path("/chat")
public class ChatResource {

    private static final String CHANNEL = "showcase:chat";
    private static final int LONGEST = 500;

    private final Redis redis;
    private final ReactivePubSubCommands<Message> channels;

    /** @param from whoever says it; {@code null} if it is the room itself */
    @RegisterForReflection
    public record Message(String from, String text) {
    }

    /** @param receivers connections to Redis that the message went to */
    public record Sent(int receivers, Served served) {
    }

    ChatResource(Redis redis, ReactiveRedisDataSource dataSource) {
        this.redis = redis;
        this.channels = dataSource.pubsub(Message.class);
    }

    @POST
    public Uni<Sent> say(Message message) {
        if (message.from == null || message.from.isBlank() || message.text == null || message.text.isBlank()
                || message.from.length() + message.text.length() > LONGEST) {
            throw Problem.badRequest("from and text must not be blank, nor longer than " + LONGEST + " characters");
        }
        return redis.send(Request.cmd(Command.PUBLISH).arg(CHANNEL).arg(Json.encode(message)))
                .map(receivers -> new Sent(receivers.toInteger(), Served.by("mutiny Redis")));
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    public Multi<Message> listen() {
        return Multi.createFrom().<Message> emitter(this::subscribe);
    }

    private void subscribe(MultiEmitter<? super Message> listener) {
        channels.subscribe(CHANNEL, listener::emit, listener::complete, listener::fail).subscribe().with(subscription -> {
            // Only now: who has read this misses nothing of what is said afterwards.
            listener.emit(new Message(null, "You are in the room."));
            listener.onTermination(() -> subscription.unsubscribe().subscribe().asCompletionStage());
        }, listener::fail);
    }
}
