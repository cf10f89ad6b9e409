package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandSpec;
import io.quarkiverse.redis.multiplexer.engine.command.Operation;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.pubsub.MessageStream;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Publishing;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscriber;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * What {@code connect()} gives: a connection that holds nothing before it must. Commands go where its
 * {@link ConnectionDispatch} sends them, subscriptions to the hub, in whatever state that is. May be called from any thread;
 * the calls of one thread, and of threads that hand over to each other, take effect in their order.
 */
final class LazyConnection implements RedisConnection, Admission.Entrance {

    /** For those who meant to give it to {@link io.vertx.redis.client.RedisCluster}, which takes the stock client's only. */
    static final String WITHOUT_CLUSTER_API = "whose send(..) reaches all nodes of a cluster that a command is about, without"
            + " RedisCluster";

    private final ClientParts parts;
    /** Where the connection was asked for: its messages are handed out there. */
    private final Context context;
    private final MessageStream messages;
    private final ConnectionDispatch dispatch;
    private final Admission admission;
    private final Publishing publishing = new Publishing();
    /** Nothing more is accepted. */
    private volatile boolean closing;
    private Subscriber subscriber;
    /** Whether another database has been selected, or tried to be: which one is not known before the answer. */
    private volatile boolean otherDatabase;

    /** @param caller who asks for the connection */
    LazyConnection(ClientParts parts, Context caller) {
        this.parts = parts;
        this.context = VertxAccess.root(caller);
        this.messages = new MessageStream(parts.vertx(), context, parts.options(), parts.failures());
        this.dispatch = new ConnectionDispatch(parts, context, messages);
        this.admission = new Admission(parts.vertx(), parts.topology(), this);
    }

    @Override
    public Future<Response> send(Request request) {
        return admission.send(request);
    }

    @Override
    public Future<List<Response>> batch(List<Request> requests) {
        return admission.batch(requests);
    }

    /** Never: commands here are counted, and wait for each other. */
    @Override
    public boolean isOpenFor(Context caller, Request request) {
        return false;
    }

    @Override
    public Optional<Throwable> objection(Route route, boolean batched) {
        return switch (route) {
            case SHARED, BLOCKING, CONNECTION_STATE -> Optional.empty();
            case TRANSACTION -> parts.topology().objectionToTransactions();
            case SUBSCRIPTION -> batched ? Optional.of(Future.failedFuture("PubSub command in batch not allowed").cause())
                    : Optional.empty();
            case NOWHERE -> Optional.of(parts.failures().unanswered());
        };
    }

    @Override
    public Optional<Response> answer(Context caller, CommandSpec spec, Request request, Route route, long size) {
        return !closing && parts.gate().isOpenFor(caller, this, request) ? dispatch.keep(spec, request, route, size)
                : Optional.empty();
    }

    @Override
    public CommandReport report(Request request) {
        return otherDatabase ? report(Operation.of(request)) : parts.topology().telemetry(request).begin(request);
    }

    @Override
    public CommandReport report(Operation operation) {
        Telemetry telemetry = parts.topology().telemetry(operation.first());
        return otherDatabase ? telemetry.beginInOtherDatabase(operation) : telemetry.begin(operation);
    }

    @Override
    public CommandReport reportObjection(Operation operation) {
        return report(operation);
    }

    @Override
    public void take(Call call) {
        if (call.route() == Route.SUBSCRIPTION) {
            subscribe(call);
            return;
        }
        if (closing) {
            call.command().fail(parts.failures().connectionClosed());
            return;
        }
        if (!otherDatabase && selects(call.requests())) {
            otherDatabase = true;
        }
        DispatchUse use = dispatch.use(call.report());
        PendingCommand command = call.maker().apply(use);
        // A server may close the connection on what is oversized. That should be this caller's.
        Route where = call.oversized() ? Route.BLOCKING : call.route();
        long accepted = System.nanoTime();
        try {
            parts.gate().pass(call.caller(), this, publishing.mayPublish(call.requests()), command,
                    () -> dispatch.submit(command, use, call.requests(), where, accepted));
        } catch (Throwable e) {
            command.fail(e);
        }
    }

    private static boolean selects(List<Request> requests) {
        for (int i = 0, n = requests.size(); i < n; i++) {
            if (requests.get(i).command().equals(Command.SELECT)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void refused(Throwable cause, Context caller) {
        parts.gate().behind(caller, this, () -> dispatch.partFailed(cause));
    }

    private void subscribe(Call call) {
        PendingCommand command = call.command();
        Optional<Subscriber> mine = subscriber();
        if (mine.isEmpty()) {
            command.fail(parts.failures().connectionClosed());
            return;
        }
        Request request = call.requests().get(0);
        PublishGate.Pending pending = parts.gate().subscribing(call.caller(), this, request);
        parts.topology().hub(context).call(mine.get(), request, call.caller(), pending::end).onComplete(confirmed -> {
            if (confirmed.succeeded()) {
                command.onReply(null);
            } else {
                command.fail(confirmed.cause());
            }
        });
    }

    /** None if the connection is closed. */
    private synchronized Optional<Subscriber> subscriber() {
        if (!closing && subscriber == null) {
            subscriber = new Subscriber(messages);
        }
        return closing ? Optional.empty() : Optional.of(subscriber);
    }

    @Override
    public Future<Void> close() {
        Context caller = parts.vertx().getOrCreateContext();
        Subscriber leaving;
        synchronized (this) {
            leaving = closing ? null : subscriber;
            closing = true;
            messages.silence(subscriber != null);
        }
        if (leaving != null) {
            // Its calls that wait fail, and callers hear of that: never while holding the lock.
            parts.topology().hub(context).detach(leaving);
        }
        parts.gate().behind(caller, this, dispatch::close);
        // Nothing is waited for, so the caller is told at once, on whatever thread, as by the stock client.
        return Future.succeededFuture();
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

    @Override
    public String toString() {
        return "a connection of a MultiplexedRedis, " + WITHOUT_CLUSTER_API;
    }
}
