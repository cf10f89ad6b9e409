package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;

/** A subscriber on a connection of {@link Redis#connect}, which is its own, as Quarkus' data sources do it. */
final class VertxSubscription {

    private final Contestant.Subscriber subscriber;
    private final CompletableFuture<Void> inForce = new CompletableFuture<>();

    private VertxSubscription(Contestant.Subscriber subscriber) {
        this.subscriber = subscriber;
    }

    /** @return completed when the server has confirmed it */
    static CompletionStage<Void> begin(Redis redis, Topic topic, Contestant.Subscriber subscriber) {
        VertxSubscription subscription = new VertxSubscription(subscriber);
        Command command = topic.kind() == Topic.Kind.CHANNEL ? Command.SUBSCRIBE : Command.PSUBSCRIBE;
        redis.connect().compose(connection -> {
            connection.handler(subscription::hear);
            return connection.send(Request.cmd(command).arg(topic.name()));
        }).onFailure(subscription.inForce::completeExceptionally);
        return subscription.inForce;
    }

    /** A message ends in what was published, a confirmation in a number. */
    private void hear(Response message) {
        Response last = message.get(message.size() - 1);
        if (last.type() == ResponseType.BULK) {
            subscriber.heard(last.toBytes().length);
        } else {
            inForce.complete(null);
        }
    }
}
