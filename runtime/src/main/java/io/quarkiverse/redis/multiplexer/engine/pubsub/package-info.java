/**
 * Published messages: one connection that carries the subscriptions of all callers.
 * <p>
 * Door: {@code Hub}, of which {@code SubscriptionHub} is the one of a node, and {@code PublishGate}, through which those pass
 * who publish what they have subscribed to.
 * {@code Subscriptions} knows who wants what, {@code Exchanges} what has been asked of the server; both are machines that know
 * no socket. A {@code MessageStream} hands messages to one subscriber, in order, on the subscriber's context.
 * <p>
 * States: of a subscription: wanted, asked for, in force, interrupted; see {@code Subscription}.
 * <p>
 * Invariants: whoever subscribes gets every message from the confirmation on, or is told of the gap; a slow subscriber costs
 * bounded memory, and nobody else anything.
 */
package io.quarkiverse.redis.multiplexer.engine.pubsub;
