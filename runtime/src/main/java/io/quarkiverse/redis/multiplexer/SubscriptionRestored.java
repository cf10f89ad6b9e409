package io.quarkiverse.redis.multiplexer;

import java.time.Duration;

/**
 * A client's subscriptions are in force again after their connection was lost or, in a cluster, after the slots of sharded
 * channels have moved to another node, or another node has become a primary and has not told of its keys yet. Messages that
 * were published in between have been missed: Redis keeps none
 * (<a href="https://redis.io/docs/latest/develop/interact/pubsub/">Pub/Sub delivers at most once</a>). In Quarkus this is a CDI
 * event, fired asynchronously; elsewhere it goes to the {@link MultiplexerListener}.
 * <p>
 * In a cluster, subscriptions of one node may come to several others: there is one event for each of these, when all that are
 * on their way to it are in force there.
 *
 * @param client the name of the client
 * @param node the server that had the subscriptions, as host and port or the path of a socket; in a cluster, another one may
 *        have them now
 * @param subscriptions how many channels and patterns were subscribed to again, of those that this event is about
 * @param outage from when the loss was noticed until now
 */
public record SubscriptionRestored(String client, String node, int subscriptions, Duration outage) {
}
