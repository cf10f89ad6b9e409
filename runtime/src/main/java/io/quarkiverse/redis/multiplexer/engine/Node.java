package io.quarkiverse.redis.multiplexer.engine;

import java.time.Duration;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * One Redis server as a client sees it: the lanes, the dedicated connections and the subscription hub to it. Acquires
 * nothing before it is used. Thread-safe.
 */
final class Node {

    private final Vertx vertx;
    private final NodeAddress address;
    private final ClientSettings settings;
    private final Failures failures;
    private final Telemetry telemetry;
    private final NodeConnector connector;
    private final OutageLog outages;
    private final PendingBytes bytes;
    private final LaneGroup lanes;
    private final PublishGate publishGate;
    private DedicatedPool dedicated;
    private SubscriptionHub hub;
    private boolean closed;

    Node(Vertx vertx, ClientSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.address = NodeAddress.of(settings.redis());
        this.failures = new Failures(settings.name(), address, settings.multiplexer());
        this.telemetry = new Telemetry(vertx, address, settings.redis().getNetClientOptions().getMetricsName(),
                settings.redis().getTracingPolicy());
        this.connector = new NodeConnector(vertx, address, settings, telemetry);
        this.outages = new OutageLog(failures.subject());
        this.bytes = PendingBytes.atMost(settings.multiplexer().getMaxPendingBytes());
        this.lanes = new LaneGroup(vertx, connector, settings, failures, outages, bytes);
        this.publishGate = new PublishGate(settings.multiplexer(), failures, bytes);
    }

    NodeAddress address() {
        return address;
    }

    Failures failures() {
        return failures;
    }

    Telemetry telemetry() {
        return telemetry;
    }

    PublishGate publishGate() {
        return publishGate;
    }

    /** Opens the connections that would otherwise be opened when they are first used. */
    void connectAll() {
        lanes.connectAll();
    }

    /** @return {@code null} if the node is closed */
    Lane lane(Context caller) {
        return lanes.of(caller);
    }

    /** @return {@code null} if the node is closed */
    synchronized DedicatedPool dedicated() {
        if (dedicated == null && !closed) {
            dedicated = new DedicatedPool(vertx, connector, settings, failures, this::sendOnLane);
        }
        return dedicated;
    }

    private Future<Response> sendOnLane(Context caller, Request request) {
        Lane lane = lane(caller);
        if (lane == null) {
            return Future.failedFuture(failures.stopped());
        }
        Promise<Response> promise = VertxAccess.promise(caller);
        lane.submit(new SingleCommand(request, promise, CommandReport.NONE));
        return promise.future();
    }

    /**
     * @param caller the hub lives on the event loop of who needs it first
     * @return {@code null} if the node is closed
     */
    synchronized SubscriptionHub hub(Context caller) {
        if (hub == null && !closed) {
            Context own = VertxAccess.newContext(vertx, VertxAccess.eventLoop(caller));
            hub = new SubscriptionHub(own, connector, settings, failures, outages);
        }
        return hub;
    }

    synchronized ClientStatus status() {
        return new ClientStatus(settings.name(), !closed, address.toString(), lanes.status(),
                dedicated == null ? 0 : dedicated.size(), hub == null ? 0 : hub.size(),
                hub == null ? 0 : hub.restorations());
    }

    /** Ends it: blocking commands and subscriptions at once, ordinary commands after {@code grace} at the latest. */
    Future<Void> close(Duration grace) {
        Future<Void> others;
        synchronized (this) {
            closed = true;
            others = Future.join(dedicated == null ? Future.succeededFuture() : dedicated.close(),
                    hub == null ? Future.succeededFuture() : hub.close()).mapEmpty();
        }
        return Future.join(others, lanes.close(grace)).eventually(done -> connector.close())
                .onComplete(done -> telemetry.close())
                .mapEmpty();
    }
}
