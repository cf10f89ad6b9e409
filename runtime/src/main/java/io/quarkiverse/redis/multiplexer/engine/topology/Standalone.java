package io.quarkiverse.redis.multiplexer.engine.topology;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Outage;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.lane.LaneGroup;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Hub;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** One server, which answers everything. */
final class Standalone implements Topology {

    private final Node node;
    private final LaneGroup lanes;
    private final MultiplexerOptions options;
    private final LoneCommands alone;

    Standalone(Vertx vertx, ClientSettings settings, PendingBytes bytes) {
        this(new Node(vertx, NodeAddress.of(settings.redis()), ConnectionRole.PLAIN, settings,
                new LoopHomes(settings.multiplexer().getLanes()), bytes, NodeWatcher.NOBODY), settings.multiplexer(), bytes);
    }

    /** @param bytes counts those of the whole client, as the node does */
    Standalone(Node node, MultiplexerOptions options, PendingBytes bytes) {
        this.node = node;
        this.lanes = node.lanes();
        this.options = options;
        this.alone = new LoneCommands(options, bytes, node.failures());
    }

    @Override
    public Failures failures() {
        return node.failures();
    }

    @Override
    public Telemetry telemetry(Request first) {
        return node.telemetry();
    }

    @Override
    public void connectAll() {
        node.connectAll();
    }

    @Override
    public Future<Void> whenReady(Context caller) {
        return node.whenReady(caller);
    }

    @Override
    public Outage outage() {
        return Outage.of(node.outage());
    }

    @Override
    public Future<Response> ping(Context caller) {
        return node.ping(caller);
    }

    @Override
    public void submit(Context caller, PendingCommand command) {
        lanes.submit(caller, command);
    }

    @Override
    public void runAlone(Context caller, PendingCommand command, List<Request> requests, long accepted, TimeLimit limit) {
        alone.run(command, requests, accepted, limit, () -> Future.succeededFuture(new SameWay(this, caller)));
    }

    @Override
    public Future<LentConnection> lend(Context caller, List<Request> requests, Borrower borrower) {
        return new Lending(caller, requests, options.getUnavailable(), () -> Optional.of(node), () -> {
        }, node.failures()::stopped).lend(borrower, System.nanoTime() + options.getCommandTimeout().toNanos(), 0);
    }

    @Override
    public Hub hub(Context home) {
        return node.hub(home);
    }

    @Override
    public List<NodeStatus> status() {
        return List.of(node.status());
    }

    @Override
    public Future<Void> close(Duration grace) {
        return node.close(grace);
    }
}
