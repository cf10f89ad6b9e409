/**
 * Published messages: the connections that carry the subscriptions of all callers.
 * <p>
 * Door: {@code Hub}, of which {@code SubscriptionHub} is the one of a server that stands alone, and {@code ClusterHub} that of
 * a cluster, as far as its {@code ClusterNodes} tell of it; and {@code PublishGate}, through which those pass who publish what
 * they have subscribed to.
 * <p>
 * A hub has one {@code HubEntrance}, by which calls come in, and one or more {@code HubConnection}s. {@code Subscriptions}
 * knows who wants what, {@code Telling} who has to be told of it, {@code Exchanges} what has been asked on a connection; all
 * are machines that know no socket. {@code EveryPrimary} makes of all primaries one server, for what each tells of itself only.
 * {@code FanOut} hands what is published to those who hear it, once per turn of the event loop; {@code SubscriptionHearers}
 * know who hears the same, and keep that once for all of them, as a {@code MessageRun}. A {@code MessageStream} hands messages
 * to one subscriber, in order, on the subscriber's context; {@code Deliveries} tells a context once for all
 * subscribers that have something to do then.
 * <p>
 * States: of a subscription: wanted, asked for, in force, interrupted; see {@code Subscription}.
 * <p>
 * Invariants: whoever subscribes gets every message from the confirmation on, or is told of the gap; a slow subscriber costs
 * bounded memory, and nobody else anything.
 */
package io.quarkiverse.redis.multiplexer.engine.pubsub;
