package io.quarkiverse.redis.multiplexer.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

import io.quarkiverse.redis.multiplexer.engine.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestAccess;

/**
 * What {@code connect()} gives: a connection that holds nothing. It has these states:
 *
 * <pre>
 * SHARED      commands run on a lane; nothing is held
 * PROMOTING   a command needs a connection of its own: it and all after it wait for one, and for the answers to what is on
 *             the lane, so that the order of commands is kept
 * DEDICATED   all commands run on a dedicated connection
 * BROKEN      that connection was lost, or there was none to be had, and with it what the caller had built up on it (a
 *             transaction, a selected database): commands fail until the caller closes
 * </pre>
 *
 * Subscriptions are the hub's, in whatever state. May be called from any thread; the calls of one thread take effect in
 * their order.
 */
final class LazyConnection implements RedisConnection, DedicatedConnection.Borrower {

    private enum State {
        SHARED,
        PROMOTING,
        DEDICATED,
        BROKEN
    }

    private final Vertx vertx;
    /** Where the connection was asked for: its messages are handed out there. */
    private final Context context;
    private final Node node;
    private final ClientSettings settings;
    private final MessageStream messages;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final ConnectionTaint taint = new ConnectionTaint();
    private State state = State.SHARED;
    /** Nothing more is accepted. */
    private volatile boolean closing;
    /** And everything that was has been sent, or waits here. */
    private boolean closed;
    /** How many commands are on a lane and have not been answered. */
    private int onLane;
    private DedicatedConnection dedicated;
    private Throwable failure;
    private Subscriber subscriber;
    /** Whether another database has been selected, or tried to be: which one is not known before the answer. */
    private volatile boolean otherDatabase;

    /** A command that waits for the promotion. */
    private record Waiting(PendingCommand command, Patience patience) {
    }

    LazyConnection(Vertx vertx, Context caller, Node node, ClientSettings settings) {
        this.vertx = vertx;
        this.context = VertxAccess.root(caller);
        this.node = node;
        this.settings = settings;
        this.messages = new MessageStream(vertx, context, settings.multiplexer(), node.failures());
    }

    @Override
    public Future<Response> send(Request request) {
        Context caller = vertx.getOrCreateContext();
        Promise<Response> promise = VertxAccess.promise(caller);
        Route route = Requests.route(request);
        CommandReport report = begin(request.command().toString());
        if (!RequestAccess.hasValidArity(request)) {
            promise.fail(node.failures().invalid(request));
            report.failed(promise.future().cause());
        } else if (route == Route.SUBSCRIPTION) {
            return sendToHub(request, caller).onSuccess(report::succeeded).onFailure(report::failed);
        } else {
            otherDatabase |= request.command().equals(Command.SELECT);
            LaneUse use = new LaneUse(report);
            submit(new SingleCommand(request, promise, use), use, List.of(request), route, caller);
        }
        return promise.future();
    }

    @Override
    public Future<List<Response>> batch(List<Request> requests) {
        Context caller = vertx.getOrCreateContext();
        Promise<List<Response>> promise = VertxAccess.promise(caller);
        if (requests.isEmpty()) {
            promise.complete(List.of());
            return promise.future();
        }
        CommandReport report = begin("batch");
        for (Request request : requests) {
            if (!RequestAccess.hasValidArity(request)) {
                promise.fail(node.failures().invalid(request));
                report.failed(promise.future().cause());
                return promise.future();
            }
        }
        Route route = Requests.route(requests);
        if (route == Route.SUBSCRIPTION) {
            promise.fail("PubSub command in batch not allowed");
            report.failed(promise.future().cause());
        } else {
            otherDatabase |= requests.stream().anyMatch(request -> request.command().equals(Command.SELECT));
            List<Request> copy = List.copyOf(requests);
            LaneUse use = new LaneUse(report);
            submit(new BatchCommand(copy, promise, use), use, copy, route, caller);
        }
        return promise.future();
    }

    private CommandReport begin(String command) {
        return otherDatabase ? node.telemetry().beginInOtherDatabase(command) : node.telemetry().begin(command);
    }

    private void submit(PendingCommand command, LaneUse use, List<Request> requests, Route route, Context caller) {
        if (closing) {
            command.fail(node.failures().connectionClosed());
        } else {
            node.publishGate().pass(caller, this, requests, command, () -> submitNow(command, use, requests, route, caller));
        }
    }

    private void submitNow(PendingCommand command, LaneUse use, List<Request> requests, Route route, Context caller) {
        Throwable refusal = null;
        Lane lane = null;
        synchronized (this) {
            if (closed) {
                refusal = node.failures().connectionClosed();
            } else if (state == State.BROKEN) {
                refusal = failure;
            } else if (route == Route.REFUSED || taint.isTransactionOpen() && Answering.hasLogin(requests)) {
                refusal = node.failures().unanswered();
            } else if (state == State.SHARED && route == Route.SHARED) {
                lane = node.lane(caller);
                if (lane == null) {
                    refusal = node.failures().stopped();
                } else {
                    use.begin();
                }
            } else {
                requests.forEach(taint::add);
                command.exclusive = Answering.isExclusive(requests);
                waiting.add(new Waiting(command, Patience.with(requests, settings.multiplexer(), System.nanoTime())));
                if (state == State.SHARED) {
                    promote();
                } else {
                    submitWaiting();
                }
            }
        }
        // Completing a caller's promise calls the caller: never while holding the lock.
        if (refusal != null) {
            command.fail(refusal);
        } else if (lane != null) {
            lane.submit(command);
        }
    }

    private void promote() {
        state = State.PROMOTING;
        DedicatedPool pool = node.dedicated();
        Future<DedicatedConnection> acquired = pool == null ? Future.failedFuture(node.failures().stopped())
                : pool.acquire(context, this);
        acquired.onComplete(result -> {
            if (result.succeeded()) {
                onAcquired(result.result());
            } else {
                onEnd(result.cause());
            }
        });
    }

    private synchronized void onAcquired(DedicatedConnection connection) {
        dedicated = connection;
        submitWaiting();
    }

    /** Passes on what waits for the promotion, if that is over; and gives the connection back if that was all. */
    private synchronized void submitWaiting() {
        if (dedicated == null || onLane > 0) {
            return;
        }
        state = State.DEDICATED;
        for (Waiting next; (next = waiting.poll()) != null;) {
            dedicated.submit(next.command, next.patience);
        }
        if (closed) {
            dedicated.release(taint.isClean());
        }
    }

    private synchronized void onLaneAnswer() {
        onLane--;
        if (state == State.PROMOTING) {
            submitWaiting();
        }
    }

    private Future<Response> sendToHub(Request request, Context caller) {
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
        node.publishGate().behind(caller, this, this::closeNow);
        Promise<Void> promise = VertxAccess.promise(caller);
        promise.complete();
        return promise.future();
    }

    private synchronized void closeNow() {
        if (!closed) {
            closed = true;
            if (state == State.DEDICATED) {
                submitWaiting();
            }
        }
    }

    @Override
    public void onMessage(Response message) {
        messages.add(message);
    }

    @Override
    public void onEnd(Throwable cause) {
        List<Waiting> failed;
        boolean unexpected;
        synchronized (this) {
            state = State.BROKEN;
            failure = cause;
            dedicated = null;
            failed = List.copyOf(waiting);
            waiting.clear();
            unexpected = !closed;
        }
        failed.forEach(next -> next.command.fail(cause));
        if (unexpected) {
            messages.fail(cause);
            messages.end();
        }
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

    /** Counts a command if it is put on a lane, besides what is reported anyway. */
    private final class LaneUse implements CommandReport {

        private final CommandReport report;
        private boolean begun;

        LaneUse(CommandReport report) {
            this.report = report;
        }

        void begin() {
            begun = true;
            onLane++;
        }

        @Override
        public void succeeded(Object reply) {
            report.succeeded(reply);
            end();
        }

        @Override
        public void failed(Throwable cause) {
            report.failed(cause);
            end();
        }

        private void end() {
            if (begun) {
                onLaneAnswer();
            }
        }
    }
}
