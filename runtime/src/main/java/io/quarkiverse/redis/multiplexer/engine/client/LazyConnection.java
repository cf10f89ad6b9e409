package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandSpec;
import io.quarkiverse.redis.multiplexer.engine.command.Detour;
import io.quarkiverse.redis.multiplexer.engine.command.Operation;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.pubsub.MessageStream;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Publishing;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscriber;
import io.quarkiverse.redis.multiplexer.engine.topology.TimeLimit;
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
    private Optional<Subscriber> subscriber = Optional.empty();
    /** Why nothing can be subscribed to any more. */
    private Optional<Throwable> end = Optional.empty();
    /** Whether another database has been selected, or tried to be: which one is not known before the answer. */
    private volatile boolean otherDatabase;

    /** @param caller who asks for the connection */
    LazyConnection(ClientParts parts, Context caller) {
        this.parts = parts;
        this.context = VertxAccess.root(caller);
        this.messages = new MessageStream(parts.vertx(), context, parts.options(), parts.failures());
        this.dispatch = new ConnectionDispatch(parts, context, messages::add, this::onLost);
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
        DispatchUse use = dispatch.use(call.requests(), call.report());
        long accepted = System.nanoTime();
        PendingCommand command = call.oversized() ? detour(call, use, accepted) : call.maker().apply(use);
        // A server may close the connection on what is oversized. That should be this caller's.
        Route where = call.oversized() ? Route.BLOCKING : call.route();
        parts.gate().pass(call.caller(), this, publishing.mayPublish(call.requests()), command,
                () -> submit(command, use, call.requests(), where, accepted), cause -> refuse(call, command, use, cause));
    }

    /** Whoever calls this may have nobody to tell that there was no memory for it. */
    private void submit(PendingCommand command, DispatchUse use, List<Request> requests, Route route, long accepted) {
        try {
            dispatch.submit(command, use, requests, route, accepted);
        } catch (Throwable e) {
            command.fail(e);
        }
    }

    /** There is no room to hold it. That concerns what comes behind it, and nothing that is held before it. */
    private void refuse(Call call, PendingCommand command, DispatchUse use, Throwable cause) {
        use.refused();
        try {
            failed(call.requests(), cause, call.caller());
        } finally {
            command.fail(cause);
        }
    }

    /** What is oversized keeps its place in the lane, and runs beside it, as long as there is no connection of its own. */
    private Detour detour(Call call, DispatchUse use, long accepted) {
        return Detour.of(call.requests(), call.maker(), use,
                (command, its) -> parts.topology().runAlone(context, command, its, accepted, new TimeLimit()));
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
    public void failed(List<Request> requests, Throwable cause, Context caller) {
        parts.gate().behind(caller, this, () -> dispatch.failed(requests, cause));
    }

    private void subscribe(Call call) {
        parts.subscriptions().pass(call.command(), () -> askHub(call));
    }

    private Future<Void> askHub(Call call) {
        Subscriber mine;
        synchronized (this) {
            if (end.isPresent()) {
                return Future.failedFuture(end.get());
            }
            mine = subscriber.orElseGet(() -> new Subscriber(messages));
            subscriber = Optional.of(mine);
        }
        Request request = call.requests().get(0);
        PublishGate.Pending pending = parts.gate().subscribing(call.caller(), this, request);
        try {
            return parts.topology().hub(context).call(mine, request, call.caller(), pending::end);
        } catch (Throwable e) {
            pending.end();
            throw e;
        }
    }

    /** Nothing is subscribed to from now on. @return who has to leave the hub; nobody if that has been done before */
    private synchronized Optional<Subscriber> unsubscribe(Throwable cause) {
        if (end.isEmpty()) {
            end = Optional.of(cause);
        }
        return subscriber;
    }

    /** Its calls that wait fail, and callers hear of that: never while holding the lock. */
    private void leaveHub(Subscriber leaving, Throwable cause) {
        parts.topology().hub(context).detach(leaving, cause);
        synchronized (this) {
            subscriber = Optional.empty();
        }
    }

    /** To its user there is one connection: with the one of its own, its subscriptions have ended. */
    private void onLost(Throwable cause) {
        unsubscribe(cause).ifPresent(leaving -> leaveHub(leaving, cause));
        messages.fail(cause);
        messages.end();
    }

    @Override
    public Future<Void> close() {
        Context caller = parts.vertx().getOrCreateContext();
        Throwable cause = parts.failures().connectionClosed();
        Optional<Subscriber> leaving;
        synchronized (this) {
            closing = true;
            messages.silence(subscriber.isPresent());
            leaving = unsubscribe(cause);
        }
        try {
            leaving.ifPresent(left -> leaveHub(left, cause));
        } finally {
            parts.gate().behind(caller, this, dispatch::close);
        }
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

    @Override
    public String toString() {
        return "a connection of a MultiplexedRedis, " + WITHOUT_CLUSTER_API;
    }
}
