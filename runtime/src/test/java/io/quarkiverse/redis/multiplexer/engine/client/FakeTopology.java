package io.quarkiverse.redis.multiplexer.engine.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Outage;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Hub;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscriber;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.topology.TimeLimit;
import io.quarkiverse.redis.multiplexer.engine.topology.Topology;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Writes down which way was asked for, and answers nothing by itself, unless it is told to. */
final class FakeTopology implements Topology, Hub {

    final List<String> asked = new ArrayList<>();
    final List<PendingCommand> commands = new ArrayList<>();
    final List<Promise<LentConnection>> loans = new ArrayList<>();
    final List<Borrower> borrowers = new ArrayList<>();
    /** Of what has run alone. */
    final List<TimeLimit> limits = new ArrayList<>();
    final List<Promise<Void>> subscriptions = new ArrayList<>();
    /** Answers commands that are submitted, which are not written down then. */
    Optional<Consumer<PendingCommand>> server = Optional.empty();
    /** Thrown instead of lending a connection, or taking a command. */
    Optional<Error> noMemory = Optional.empty();
    /** Thrown instead of letting anybody leave the hub. */
    Optional<Error> noDetaching = Optional.empty();
    /** Whether it looks like one of several servers. */
    boolean placesByKeys;
    /** Thrown when somebody asks where to report something. */
    Optional<Error> thrown = Optional.empty();
    private final NodeAddress address = NodeAddress.of(new RedisOptions());
    private final Failures failures = new Failures("test", address, new MultiplexerOptions());
    private final Telemetry telemetry;

    FakeTopology(Vertx vertx) {
        this.telemetry = new Telemetry(vertx, address,
                ClientSettings.of("test", new RedisOptions(), new MultiplexerOptions()));
    }

    @Override
    public Failures failures() {
        return failures;
    }

    @Override
    public Telemetry telemetry(Request first) {
        thrown.ifPresent(error -> {
            throw error;
        });
        return telemetry;
    }

    @Override
    public boolean placesByKeys() {
        return placesByKeys;
    }

    @Override
    public void connectAll() {
        asked.add("connectAll");
    }

    @Override
    public Future<Void> whenReady(Context caller) {
        return Future.succeededFuture();
    }

    @Override
    public Outage outage() {
        return Outage.NONE;
    }

    @Override
    public Future<Response> ping(Context caller) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void submit(Context caller, PendingCommand command) {
        if (server.isPresent()) {
            server.get().accept(command);
            return;
        }
        noMemory.ifPresent(error -> {
            throw error;
        });
        asked.add("submit " + command.name());
        commands.add(command);
    }

    @Override
    public void runAlone(Context caller, PendingCommand command, List<Request> requests, long accepted, TimeLimit limit) {
        asked.add("runAlone " + command.name());
        commands.add(command);
        limits.add(limit);
    }

    @Override
    public Future<LentConnection> lend(Context caller, List<Request> requests, Borrower borrower) {
        asked.add("lend " + requests.get(0).command());
        noMemory.ifPresent(error -> {
            throw error;
        });
        Promise<LentConnection> promise = Promise.promise();
        loans.add(promise);
        borrowers.add(borrower);
        return promise.future();
    }

    @Override
    public Hub hub(Context home) {
        return this;
    }

    @Override
    public Future<Void> call(Subscriber subscriber, Request request, Context caller, Runnable onEnd) {
        asked.add("hub " + request.command());
        Promise<Void> promise = Promise.promise();
        subscriptions.add(promise);
        return promise.future().onComplete(done -> onEnd.run());
    }

    @Override
    public void detach(Subscriber subscriber, Throwable cause) {
        noDetaching.ifPresent(error -> {
            throw error;
        });
        asked.add("detach");
    }

    @Override
    public List<NodeStatus> status() {
        return List.of();
    }

    @Override
    public Future<Void> close(Duration grace) {
        throw new UnsupportedOperationException();
    }
}
