package io.quarkiverse.redis.multiplexer.engine.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.RequestSize;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.lane.Detour;
import io.quarkiverse.redis.multiplexer.engine.lane.Lane;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.topology.Node;
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
final class MultiplexedGeneration implements Generation, Admission.Interior {

    private final Vertx vertx;
    private final ClientSettings settings;
    private volatile Node node;
    private volatile Admission admission;
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
        Lane lane = isOrdinary(request) && target.publishGate().isOpenFor(caller, request) ? target.lane(caller) : null;
        return lane == null || VertxAccess.isGone(caller) ? admission.send(request) : send(request, lane, caller, target);
    }

    /** Whether there is nothing about it but to put it on a lane. */
    private static boolean isOrdinary(Request request) {
        return Route.of(request) == Route.SHARED && RequestAccess.hasValidArity(request)
                && !RequestSize.isOversized(request);
    }

    /** What {@link Admission} does, without the objects that it makes: for nearly all commands. */
    private static Future<Response> send(Request request, Lane lane, Context caller, Node target) {
        Promise<Response> promise = VertxAccess.promise(caller);
        CommandReport report = target.telemetry().begin(request.command().toString());
        SingleCommand command;
        try {
            command = new SingleCommand(request, promise, report);
        } catch (Throwable e) {
            // There is no memory for it.
            report.failed(e);
            promise.tryFail(e);
            return promise.future();
        }
        lane.submit(command);
        return promise.future();
    }

    @Override
    public Future<List<Response>> batch(List<Request> requests) {
        if (requests.isEmpty()) {
            return VertxAccess.succeeded(vertx.getOrCreateContext(), List.of());
        }
        node();
        return admission.batch(requests);
    }

    @Override
    public Optional<Throwable> objection(Route route, boolean batched) {
        return switch (route) {
            case SHARED, BLOCKING, CONNECTION_STATE -> Optional.empty();
            case TRANSACTION -> Optional.of(needsConnection("Transactional", batched));
            case SUBSCRIPTION -> Optional.of(needsConnection("PubSub", batched));
            case NOWHERE -> Optional.of(node.failures().unanswered());
        };
    }

    /** As the stock client says it. */
    private static Throwable needsConnection(String kind, boolean batched) {
        String mode = batched ? "batch" : "mode";
        return Future.failedFuture(kind + " command in connection-less " + mode + " not allowed").cause();
    }

    @Override
    public CommandReport report(String name, List<Request> requests) {
        return node.telemetry().begin(name);
    }

    @Override
    public CommandReport reportObjection(String name, List<Request> requests) {
        return CommandReport.NONE;
    }

    @Override
    public void take(Function<CommandReport, PendingCommand> maker, CommandReport report, List<Request> requests, Route route,
            Context caller) {
        Node target = node;
        if (route != Route.SHARED) {
            PendingCommand command = maker.apply(report);
            long accepted = System.nanoTime();
            pass(target, caller, requests, command, () -> LoneCommand.run(target, caller, command, requests, accepted));
            return;
        }
        PendingCommand command = RequestSize.isOversized(requests) ? detour(target, maker, report, requests, caller)
                : maker.apply(report);
        Lane lane = target.lane(caller);
        if (lane == null) {
            command.fail(target.failures().stopped());
        } else {
            pass(target, caller, requests, command, () -> lane.submit(command));
        }
    }

    /** Keeps its place in the lane, and runs beside it. */
    private static Detour detour(Node target, Function<CommandReport, PendingCommand> maker, CommandReport report,
            List<Request> requests, Context caller) {
        long accepted = System.nanoTime();
        return Detour.of(maker, report, command -> LoneCommand.run(target, caller, command, requests, accepted));
    }

    private static void pass(Node target, Context caller, List<Request> requests, PendingCommand command, Runnable send) {
        if (requests.size() == 1) {
            target.publishGate().pass(caller, requests.get(0), command, send);
        } else {
            target.publishGate().pass(caller, caller, requests, command, send);
        }
    }

    @Override
    public Future<RedisConnection> connect() {
        Node target = node();
        Context caller = vertx.getOrCreateContext();
        Lane lane = target.lane(caller);
        if (lane == null || VertxAccess.isGone(caller)) {
            return VertxAccess.failed(caller, target.failures().stopped());
        }
        Future<Void> ready = lane.whenReady(caller);
        target.publishGate().connecting(caller, ready);
        return ready.map(done -> new LazyConnection(vertx, caller, target, lane, settings));
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
            admission = new Admission(vertx, made, this);
            node = made;
        }
        return node;
    }
}
