package io.quarkiverse.redis.multiplexer.engine;

import java.time.Duration;
import java.util.List;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Closeable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestAccess;

/**
 * Finds the way of each request: to a lane, to a dedicated connection, or back with what is wrong with it. There is one
 * node; a topology of several would be asked here for the one that has the keys.
 */
final class MultiplexedGeneration implements Generation {

    /** What old servers take as one command; newer ones take more. */
    private static final int MAX_ARGUMENTS = 1024 * 1024;
    /** Half of what the server keeps of unread commands by default (client-query-buffer-limit). */
    private static final long MAX_BYTES = 512L * 1024 * 1024;

    private final Vertx vertx;
    private final ClientSettings settings;
    private volatile Node node;
    /** So that nothing is left when Vert.x is closed by somebody who does not know of this client. */
    private final Closeable closeHook = completion -> end().onComplete(completion);
    private Future<Void> ended;

    MultiplexedGeneration(Vertx vertx, ClientSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /** Does what the settings ask for before the first command. */
    void start() {
        if (settings.multiplexer().isEagerConnect()) {
            node().connectAll();
        }
    }

    @Override
    public Future<Response> send(Request request) {
        Node target = node();
        Context caller = vertx.getOrCreateContext();
        if (!RequestAccess.hasValidArity(request)) {
            return invalid(caller, request, request.command().toString(), target);
        }
        return switch (Requests.route(request)) {
            case SHARED -> {
                Lane lane = target.lane(caller);
                if (lane == null) {
                    yield failed(caller, target.failures().stopped());
                }
                Promise<Response> promise = VertxAccess.promise(caller);
                SingleCommand command = new SingleCommand(request, promise,
                        target.telemetry().begin(request.command().toString()));
                PendingCommand entry = isOversized(request)
                        ? detour(request, command, promise.future(), caller, target)
                        : command;
                target.publishGate().pass(caller, request, entry, () -> lane.submit(entry));
                yield promise.future();
            }
            case BLOCKING -> sendAlone(request, true, caller, target);
            case CONNECTION_STATE -> sendAlone(request, false, caller, target);
            case TRANSACTION -> failed(caller, "Transactional command in connection-less mode not allowed");
            case SUBSCRIPTION -> failed(caller, "PubSub command in connection-less mode not allowed");
            case REFUSED -> failed(caller, target.failures().unanswered());
        };
    }

    @Override
    public Future<List<Response>> batch(List<Request> requests) {
        Node target = node();
        Context caller = vertx.getOrCreateContext();
        if (requests.isEmpty()) {
            return succeeded(caller, List.of());
        }
        for (Request request : requests) {
            if (!RequestAccess.hasValidArity(request)) {
                return invalid(caller, request, "batch", target);
            }
        }
        Route route = Requests.route(requests);
        if (route == Route.SUBSCRIPTION) {
            return failed(caller, "PubSub command in connection-less batch not allowed");
        }
        if (route == Route.REFUSED) {
            return failed(caller, target.failures().unanswered());
        }
        Promise<List<Response>> promise = VertxAccess.promise(caller);
        BatchCommand command = new BatchCommand(List.copyOf(requests), promise, target.telemetry().begin("batch"));
        if (route == Route.SHARED) {
            Lane lane = target.lane(caller);
            if (lane == null) {
                command.fail(target.failures().stopped());
            } else {
                target.publishGate().pass(caller, caller, requests, command, () -> lane.submit(command));
            }
        } else {
            Patience patience = Patience.with(requests, settings.multiplexer(), System.nanoTime());
            target.publishGate().pass(caller, caller, requests, command,
                    () -> runAlone(command, patience, route == Route.BLOCKING, caller, target));
        }
        return promise.future();
    }

    @Override
    public Future<RedisConnection> connect() {
        Node target = node();
        Context caller = vertx.getOrCreateContext();
        Lane lane = target.lane(caller);
        if (lane == null) {
            return failed(caller, target.failures().stopped());
        }
        Future<Void> ready = lane.whenReady(caller);
        target.publishGate().connecting(caller, ready);
        return ready.map(done -> new LazyConnection(vertx, caller, target, settings));
    }

    private Detour detour(Request request, SingleCommand command, Future<Response> reply, Context caller, Node target) {
        Patience patience = Patience.with(List.of(request), settings.multiplexer(), System.nanoTime());
        return new Detour(command, onComplete -> {
            reply.onComplete(result -> onComplete.run());
            runAlone(command, patience, true, caller, target);
        });
    }

    /** Whether the server may well refuse the request by closing the connection, which others should not suffer from. */
    private static boolean isOversized(Request request) {
        return RequestAccess.arguments(request).size() >= MAX_ARGUMENTS || RespEncoder.encodedSize(request) > MAX_BYTES;
    }

    private Future<Response> sendAlone(Request request, boolean reusable, Context caller, Node target) {
        Promise<Response> promise = VertxAccess.promise(caller);
        SingleCommand command = new SingleCommand(request, promise,
                target.telemetry().begin(request.command().toString()));
        Patience patience = Patience.with(List.of(request), settings.multiplexer(), System.nanoTime());
        target.publishGate().pass(caller, request, command, () -> runAlone(command, patience, reusable, caller, target));
        return promise.future();
    }

    /** Runs a command on a connection that is lent for it, and lends it on afterwards if it is {@code reusable} then. */
    private static void runAlone(PendingCommand command, Patience patience, boolean reusable, Context caller,
            Node target) {
        DedicatedPool pool = target.dedicated();
        if (pool == null) {
            command.fail(target.failures().stopped());
            return;
        }
        pool.acquire(caller, DedicatedConnection.Borrower.NONE).onSuccess(connection -> {
            connection.submit(command, patience);
            connection.release(reusable);
        }).onFailure(command::fail);
    }

    @Override
    public ClientStatus status() {
        Node current = node;
        if (current != null) {
            return current.status();
        }
        synchronized (this) {
            return new ClientStatus(settings.name(), ended == null, NodeAddress.of(settings.redis()).toString(), List.of(), 0,
                    0, 0);
        }
    }

    @Override
    public Future<Void> end() {
        Promise<Void> promise = Promise.promise();
        Node current;
        synchronized (this) {
            if (ended != null) {
                return ended;
            }
            ended = promise.future();
            current = node;
        }
        if (current == null) {
            promise.complete();
        } else {
            VertxAccess.removeCloseHook(vertx, closeHook);
            current.close(settings.multiplexer().getShutdownTimeout()).onComplete(promise);
        }
        return promise.future();
    }

    private Node node() {
        Node current = node;
        return current != null ? current : makeNode();
    }

    private synchronized Node makeNode() {
        if (node == null) {
            Node made = new Node(vertx, settings);
            if (ended != null) {
                made.close(Duration.ZERO);
            } else {
                VertxAccess.addCloseHook(vertx, closeHook);
            }
            node = made;
        }
        return node;
    }

    private static <T> Future<T> succeeded(Context caller, T result) {
        Promise<T> promise = VertxAccess.promise(caller);
        promise.complete(result);
        return promise.future();
    }

    private static <T> Future<T> invalid(Context caller, Request request, String reported, Node target) {
        Throwable cause = target.failures().invalid(request);
        target.telemetry().begin(reported).failed(cause);
        return failed(caller, cause);
    }

    private static <T> Future<T> failed(Context caller, Throwable cause) {
        Promise<T> promise = VertxAccess.promise(caller);
        promise.fail(cause);
        return promise.future();
    }

    private static <T> Future<T> failed(Context caller, String message) {
        Promise<T> promise = VertxAccess.promise(caller);
        promise.fail(message);
        return promise.future();
    }
}
