package io.quarkiverse.redis.multiplexer.engine.client;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.RequestSize;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.lane.Lane;
import io.quarkiverse.redis.multiplexer.engine.pubsub.MessageStream;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscriber;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionHub;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.topology.Node;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestAccess;

/**
 * What {@code connect()} gives: a connection that holds nothing before it must. Commands go where its
 * {@link ConnectionDispatch} sends them, subscriptions to the hub, in whatever state that is. May be called from any thread;
 * the calls of one thread, and of threads that hand over to each other, take effect in their order.
 */
final class LazyConnection implements RedisConnection, Admission.Interior {

    private final Vertx vertx;
    /** Where the connection was asked for: its messages are handed out there. */
    private final Context context;
    private final Node node;
    private final MessageStream messages;
    private final ConnectionDispatch dispatch;
    private final Admission admission;
    /** Nothing more is accepted. */
    private volatile boolean closing;
    private Subscriber subscriber;
    /** Whether another database has been selected, or tried to be: which one is not known before the answer. */
    private volatile boolean otherDatabase;

    /** @param lane of {@code caller}, who asks for the connection */
    LazyConnection(Vertx vertx, Context caller, Node node, Lane lane, ClientSettings settings) {
        this.vertx = vertx;
        this.context = VertxAccess.root(caller);
        this.node = node;
        this.messages = new MessageStream(vertx, context, settings.multiplexer(), node.failures());
        this.dispatch = new ConnectionDispatch(node, lane, context, settings.multiplexer().getMaxPending(), messages);
        this.admission = new Admission(vertx, node, this);
    }

    @Override
    public Future<Response> send(Request request) {
        if (Route.of(request) == Route.SUBSCRIPTION && RequestAccess.hasValidArity(request)) {
            return sendToHub(request, vertx.getOrCreateContext());
        }
        return admission.send(request);
    }

    @Override
    public Future<List<Response>> batch(List<Request> requests) {
        return requests.isEmpty() ? VertxAccess.succeeded(vertx.getOrCreateContext(), List.of()) : admission.batch(requests);
    }

    @Override
    public Optional<Throwable> objection(Route route, boolean batched) {
        return switch (route) {
            case SHARED, BLOCKING, CONNECTION_STATE, TRANSACTION -> Optional.empty();
            case SUBSCRIPTION -> Optional.of(Future.failedFuture("PubSub command in batch not allowed").cause());
            case NOWHERE -> Optional.of(node.failures().unanswered());
        };
    }

    @Override
    public CommandReport report(String name, List<Request> requests) {
        return otherDatabase ? node.telemetry().beginInOtherDatabase(name) : node.telemetry().begin(name);
    }

    @Override
    public CommandReport reportObjection(String name, List<Request> requests) {
        return report(name, requests);
    }

    @Override
    public void take(Function<CommandReport, PendingCommand> maker, CommandReport report, List<Request> requests,
            Route route, Context caller) {
        otherDatabase |= requests.stream().anyMatch(request -> request.command().equals(Command.SELECT));
        ConnectionDispatch.Use use = dispatch.use(report);
        PendingCommand command = maker.apply(use);
        if (closing) {
            command.fail(node.failures().connectionClosed());
            return;
        }
        // A server may close the connection on what is oversized. That should be this caller's.
        Route where = route == Route.SHARED && RequestSize.isOversized(requests) ? Route.BLOCKING : route;
        long accepted = System.nanoTime();
        try {
            node.publishGate().pass(caller, this, requests, command,
                    () -> dispatch.submit(command, use, requests, where, accepted));
        } catch (Throwable e) {
            command.fail(e);
        }
    }

    @Override
    public void refused(Throwable cause, Context caller) {
        node.publishGate().behind(caller, this, () -> dispatch.partFailed(cause));
    }

    private Future<Response> sendToHub(Request request, Context caller) {
        CommandReport report = report(request.command().toString(), List.of(request));
        return callHub(request, caller).onSuccess(report::succeeded).onFailure(report::failed);
    }

    private Future<Response> callHub(Request request, Context caller) {
        SubscriptionHub hub = node.hub(context);
        if (hub == null) {
            return Future.failedFuture(node.failures().stopped());
        }
        synchronized (this) {
            if (closing) {
                return Future.failedFuture(node.failures().connectionClosed());
            }
            if (subscriber == null) {
                subscriber = new Subscriber(messages);
            }
        }
        SubscriptionKind kind = SubscriptionKind.of(request.command());
        Change change = SubscriptionKind.changeOf(request.command());
        List<String> names = RequestAccess.arguments(request).stream()
                .map(name -> name == null ? "null" : new String(name, StandardCharsets.ISO_8859_1)).toList();
        PublishGate.Pending pending = change == Change.SUBSCRIBE ? node.publishGate().subscribing(caller, this)
                : PublishGate.Pending.NONE;
        return hub.call(subscriber, kind, change, names, caller, pending::end).mapEmpty();
    }

    @Override
    public Future<Void> close() {
        Context caller = vertx.getOrCreateContext();
        Subscriber leaving;
        synchronized (this) {
            leaving = closing ? null : subscriber;
            closing = true;
            messages.silence(subscriber != null);
        }
        if (leaving != null) {
            // Its calls that wait fail, and callers hear of that: never while holding the lock.
            node.hub(context).detach(leaving);
        }
        node.publishGate().behind(caller, this, dispatch::close);
        return VertxAccess.succeeded(caller, null);
    }

    @Override
    public RedisConnection handler(Handler<Response> handler) {
        messages.handler(handler);
        return this;
    }

    @Override
    public RedisConnection exceptionHandler(Handler<Throwable> handler) {
        messages.exceptionHandler(handler);
        return this;
    }

    @Override
    public RedisConnection endHandler(Handler<Void> handler) {
        messages.endHandler(handler);
        return this;
    }

    @Override
    public RedisConnection pause() {
        messages.pause();
        return this;
    }

    @Override
    public RedisConnection resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public RedisConnection fetch(long amount) {
        messages.fetch(amount);
        return this;
    }

    @Override
    public boolean pendingQueueFull() {
        return false;
    }
}
