package io.quarkiverse.redis.multiplexer.engine.pubsub;

import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Carries every subscription of a client on one connection to one node, and subscribes to all of them again after that was
 * lost.
 * <p>
 * Lives on one event loop; its methods may be called from any thread. The calls of one thread take effect in their order.
 */
public final class SubscriptionHub implements Hub, HubEntrance.Home, HubConnection.Owner {

    private final Failures failures;
    private final HubEntrance entrance;
    private final Subscriptions subscriptions;
    private final HubConnection connection;

    /** @param context of an event loop, and the hub's own */
    public SubscriptionHub(Context context, Connector connector, ClientSettings settings, Failures failures,
            OutageLog outages) {
        this.failures = failures;
        this.entrance = new HubEntrance(VertxAccess.eventLoop(context), settings, failures, this::server, this);
        this.subscriptions = entrance.subscriptions();
        this.connection = new HubConnection("the subscription hub", context, connector, settings, failures, outages,
                (first, next) -> true, subscriptions, this, entrance.afterwards());
    }

    private Telling.Server server(Subscription subscription) {
        return connection;
    }

    /** How many channels and patterns there are. */
    public int size() {
        return entrance.size();
    }

    /** How often subscriptions came into force again after an outage. */
    public long restorations() {
        return entrance.restorations(failures);
    }

    /** Of its connection. */
    public ConnectionStatus status() {
        return connection.status();
    }

    @Override
    public Future<Void> call(Subscriber subscriber, Request request, Context caller, Runnable onEnd) {
        return entrance.call(subscriber, request, caller, onEnd);
    }

    @Override
    public void detach(Subscriber subscriber, Throwable cause) {
        entrance.detach(subscriber, cause);
    }

    /**
     * Gives up the connection now, and moves all subscriptions to a new one: the name of the server may belong to another one
     * by now. What is published in between is missed, and that is told as after any loss.
     */
    public void replaceConnection(Throwable cause) {
        entrance.run(() -> connection.replace(cause));
    }

    /** Ends all subscriptions. */
    public Future<Void> close() {
        return connection.close();
    }

    @Override
    public boolean isEnding() {
        return connection.state().isEnding();
    }

    @Override
    public void begun(SubscriptionCall call) {
        if (call.change == Change.SUBSCRIBE) {
            connection.dial();
        }
        connection.state().unavailable().ifPresent(cause -> onUnavailable(connection, cause));
    }

    @Override
    public Throwable timedOut(SubscriptionCall call) {
        return connection.timedOut(call);
    }

    @Override
    public void deliver(HubConnection from, SubscriptionKind kind, String name, Response message) {
        subscriptions.table().deliver(kind, name, message);
    }

    @Override
    public void missed(HubConnection from, Throwable cause) {
        subscriptions.table().fail(all -> true, cause);
    }

    @Override
    public void endedByServer(HubConnection from, SubscriptionKind kind, String name) {
        subscriptions.endedByServer(kind, name, failures);
    }

    @Override
    public void onReady(HubConnection ready) {
        subscriptions.onReady();
    }

    @Override
    public void onUnavailable(HubConnection unavailable, Throwable cause) {
        entrance.failUnlessWaitingHelps(all -> true, cause);
    }

    @Override
    public void onLost(HubConnection lost) {
        subscriptions.onLost(all -> true, failures);
    }

    @Override
    public void onTick(long now) {
        entrance.expire(now);
    }

    @Override
    public boolean needs(HubConnection any) {
        return !subscriptions.isEmpty();
    }

    @Override
    public void onEnded(HubConnection ended) {
        entrance.end();
    }

    @Override
    public void settle() {
        entrance.settle();
    }

    @Override
    public void tellCallers() {
        entrance.tellCallers();
    }
}
