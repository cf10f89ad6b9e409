package io.quarkiverse.redis.multiplexer.engine.topology;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.DedicatedStatus;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnector;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.connection.ServerIdentity;
import io.quarkiverse.redis.multiplexer.engine.connection.Silence;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.DedicatedPool;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.lane.LaneGroup;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.pubsub.ClusterNodes;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Hub;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionHub;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.GrowingIntervals;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * One Redis server as a client sees it: the lanes, the dedicated connections and the subscription hub to it. Acquires
 * nothing before it is used. Thread-safe.
 */
final class Node implements LaneGroup.Surroundings, DedicatedPool.Surroundings, ClusterNodes.Member {

    private static final long RENEWAL_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Vertx vertx;
    private final NodeAddress address;
    private final ConnectionRole role;
    private final ClientSettings settings;
    private final Failures failures;
    private final Telemetry telemetry;
    private final Connector connector;
    private final OutageLog outages;
    private final LaneGroup lanes;
    private final NodeWatcher watcher;
    private final LongAdder fallbacks = new LongAdder();
    private final Pauses pauses = new Pauses();
    private final GrowingIntervals hubRenewals = new GrowingIntervals(Duration.ofSeconds(1), Duration.ofMinutes(1));
    /** When its connections were last replaced, on the clock of {@link System#nanoTime()}. */
    private final AtomicLong renewedAt = new AtomicLong(System.nanoTime() - RENEWAL_INTERVAL_NANOS);
    private DedicatedPool dedicated;
    private SubscriptionHub hub;
    /** Why a lane was not connected, unless one has been since. */
    private volatile Optional<Throwable> outage = Optional.empty();
    private volatile boolean closed;

    /**
     * @param address of the server, one of those that the client has to do with
     * @param role what the server is told on each connection for commands
     * @param homes of the lanes of the whole client
     * @param bytes counts those of the commands of the whole client
     */
    Node(Vertx vertx, NodeAddress address, ConnectionRole role, ClientSettings settings, LoopHomes homes,
            PendingBytes bytes, NodeWatcher watcher) {
        this(vertx, address, role, settings, homes, bytes, watcher,
                telemetry -> new NodeConnector(vertx, address, settings, telemetry));
    }

    /** @param connectors makes what makes its connections */
    Node(Vertx vertx, NodeAddress address, ConnectionRole role, ClientSettings settings, LoopHomes homes, PendingBytes bytes,
            NodeWatcher watcher, Function<Telemetry, Connector> connectors) {
        this.vertx = vertx;
        this.settings = settings;
        this.address = address;
        this.role = role;
        this.watcher = watcher;
        this.failures = new Failures(settings.name(), address, settings.multiplexer());
        this.telemetry = new Telemetry(vertx, address, settings);
        this.connector = connectors.apply(telemetry);
        this.outages = new OutageLog(failures.subject());
        this.lanes = new LaneGroup(vertx, connector, settings, failures, outages, homes, bytes, this);
    }

    /** The status of a node that has not been made, because nobody has needed it. */
    static NodeStatus unused(NodeAddress address) {
        return new NodeStatus(address.toString(), NodeRole.UNKNOWN, "", "", List.of(), 0, 0, 0, 0, DedicatedStatus.UNUSED,
                List.of());
    }

    SocketAddress address() {
        return address.socket();
    }

    @Override
    public Failures failures() {
        return failures;
    }

    @Override
    public Connector connector() {
        return connector;
    }

    @Override
    public OutageLog outages() {
        return outages;
    }

    /** Whether it is not used any more. */
    boolean isClosed() {
        return closed;
    }

    /** What the server has said that it is, when it was connected to last. */
    ServerIdentity server() {
        return connector.server();
    }

    Telemetry telemetry() {
        return telemetry;
    }

    /** Who sends commands on shared connections. */
    LaneGroup lanes() {
        return lanes;
    }

    /** A read for a replica goes to its primary: this is the primary, or the replica that has not answered it. */
    void countFallback() {
        fallbacks.increment();
    }

    /** How often that was. */
    long fallbacks() {
        return fallbacks.sum();
    }

    /** Opens the connections that would otherwise be opened when they are first used. */
    void connectAll() {
        lanes.connectAll();
    }

    /** Completes when the caller's lane is connected; fails with the cause if it can't be right now. */
    Future<Void> whenReady(Context caller) {
        return lanes.whenReady(caller);
    }

    /** Why commands cannot be sent to it; empty if they can, or if nobody has tried in vain. */
    Optional<Throwable> outage() {
        return lanes.status().stream().anyMatch(LaneStatus::isOpen) ? Optional.empty() : outage;
    }

    /** Puts a command on the caller's lane, or fails it at once. Throws nothing. */
    void submit(Context caller, PendingCommand command) {
        lanes.submit(caller, command);
    }

    /**
     * Lends a dedicated connection, preferably one on the event loop of {@code caller}.
     *
     * @param command the name of what it is for
     * @param deadline until when one is waited for, on the clock of {@link System#nanoTime()}
     */
    Future<LentConnection> lend(Context caller, String command, Borrower borrower, long deadline) {
        return dedicated().map(pool -> pool.acquire(caller, command, borrower, deadline))
                .orElseGet(() -> Future.failedFuture(failures.stopped()));
    }

    /** Completes after a while, or as soon as the node is not used any more. @param caller on whose event loop time passes */
    Future<Void> pause(Context caller, long nanos) {
        return pauses.begin(VertxAccess.eventLoop(caller), nanos);
    }

    private synchronized Optional<DedicatedPool> dedicated() {
        if (dedicated == null && !closed) {
            dedicated = new DedicatedPool(vertx, connector, settings, failures, this);
        }
        return Optional.ofNullable(closed ? null : dedicated);
    }

    /** Whether there are dedicated connections to it. */
    synchronized boolean hasDedicated() {
        return dedicated != null && dedicated.size() > 0;
    }

    @Override
    public ConnectionRole role() {
        return role;
    }

    @Override
    public void onUnavailable(Throwable cause) {
        outage = Optional.of(cause);
        watcher.unreachable(address());
    }

    /** It may only be busy; but another one may have taken its place. */
    @Override
    public void onSilence(Silence change) {
        switch (change) {
            case BEGUN -> watcher.unreachable(address());
            case OVER -> watcher.reachable(address());
        }
    }

    @Override
    public void onAvailable() {
        outage = Optional.empty();
        watcher.reachable(address());
    }

    /** Asks something of no caller's, about the server itself. It is let in however many callers' commands are waiting. */
    @Override
    public Future<Response> question(Context caller, Request request) {
        Promise<Response> promise = VertxAccess.promise(caller);
        submit(caller, SingleCommand.ownQuestion(request, promise));
        return promise.future();
    }

    /** Asks the server whether it is there. */
    Future<Response> ping(Context caller) {
        return question(caller, Request.cmd(Command.PING));
    }

    /**
     * The server says that it is a replica. The name that we connect to may belong to the new primary by now, so every
     * connection is replaced; but not too often, because there are replicas that are there to stay. That of the hub is
     * replaced more and more seldom: messages are missed each time, and a replica passes on those of its primary.
     */
    @Override
    public void onDemoted(ErrorType error) {
        watcher.demoted(address());
        long now = System.nanoTime();
        long last = renewedAt.get();
        if (now - last < RENEWAL_INTERVAL_NANOS || !renewedAt.compareAndSet(last, now)) {
            return;
        }
        lanes.renew(error);
        DedicatedPool pool;
        SubscriptionHub subscriptions;
        synchronized (this) {
            pool = dedicated;
            subscriptions = hub;
        }
        if (pool != null) {
            pool.renew();
        }
        if (subscriptions != null && hubRenewals.begin(now)) {
            subscriptions.replaceConnection(error);
        }
    }

    /** @param home the hub lives on the event loop of who needs it first */
    synchronized Hub hub(Context home) {
        if (hub == null) {
            Context own = VertxAccess.newContext(vertx, VertxAccess.eventLoop(home));
            hub = new SubscriptionHub(own, connector, settings, failures, outages);
            if (closed) {
                hub.close();
            }
        }
        return hub;
    }

    synchronized NodeStatus status() {
        return hub == null ? status(0, 0, List.of()) : status(hub.size(), hub.restorations(), List.of(hub.status()));
    }

    /** The status of a node whose subscriptions somebody else looks after. */
    synchronized NodeStatus status(int subscriptions, long restorations, List<ConnectionStatus> subscriptionConnections) {
        ServerIdentity server = connector.server();
        return new NodeStatus(address.toString(), server.role(), server.server(), server.version(), lanes.status(),
                dedicated == null ? 0 : dedicated.size(), subscriptions, restorations, fallbacks(),
                dedicated == null ? DedicatedStatus.UNUSED : dedicated.status(), subscriptionConnections);
    }

    /**
     * Has the server let go of callers who wait there for something that will come elsewhere: their commands are sent to who
     * has taken its place.
     */
    void letGo() {
        DedicatedPool pool;
        synchronized (this) {
            pool = dedicated;
        }
        if (pool != null) {
            pool.letGo();
        }
    }

    /** Ends it while the client goes on. @see #close */
    Future<Void> retire(Duration grace) {
        failures.replaced();
        return close(grace);
    }

    /** Ends it: blocking commands and subscriptions at once, ordinary commands after {@code grace} at the latest. */
    Future<Void> close(Duration grace) {
        Future<Void> others;
        synchronized (this) {
            closed = true;
            others = Future.join(dedicated == null ? Future.succeededFuture() : dedicated.close(),
                    hub == null ? Future.succeededFuture() : hub.close()).mapEmpty();
        }
        pauses.endAll();
        return Future.join(others, lanes.close(grace)).eventually(() -> connector.close())
                .onComplete(done -> telemetry.close())
                .mapEmpty();
    }
}
