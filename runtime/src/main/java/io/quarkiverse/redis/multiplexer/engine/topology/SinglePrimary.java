package io.quarkiverse.redis.multiplexer.engine.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.RoutingStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Outage;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Hub;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionHub;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisReplicas;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * One server at a time that answers everything, and that others take the place of: a primary, as a rule. To those who send
 * commands it is a cluster of one shard, whose commands all have the same slot; so they stay in order when the server changes.
 */
final class SinglePrimary implements Topology, PrimaryView.Listener, Routes.Knowledge, NodeWatcher {

    /** @param connector of the hub */
    private record Subscriptions(SubscriptionHub hub, FollowingConnector connector) {
    }

    private static final int THE_SLOT = 0;

    private final Vertx vertx;
    private final ClientSettings settings;
    private final MultiplexerOptions options;
    private final PendingBytes bytes;
    private final PrimarySearch search;
    private final ToldCommands told;
    private final EventLoop own;
    private final Failures failures;
    private final Telemetry telemetry;
    private final Nodes nodes;
    private final PrimaryView view;
    private final ClusterLoops loops;
    private final LoneCommands alone;
    private final Farewell farewell;
    /** Empty if reads go to the primary only. */
    private final Optional<Replicas> replicas;
    private Optional<Subscriptions> subscriptions = Optional.empty();
    private boolean closed;

    /** @param bytes counts those of the whole client */
    SinglePrimary(Vertx vertx, EventLoop own, PrimarySearch search, ConnectionRole role, ClientSettings settings,
            PendingBytes bytes) {
        this.vertx = vertx;
        this.own = own;
        this.settings = settings;
        this.options = settings.multiplexer();
        this.bytes = bytes;
        this.search = search;
        NodeAddress first = settings.addresses().get(0);
        this.failures = Failures.ofSeveral(settings.name(),
                settings.redis().getType() == RedisClientType.SENTINEL ? "the sentinels" : "the servers", settings.addresses(),
                options);
        this.told = new ToldCommands(() -> owner(THE_SLOT).stream().toList());
        this.telemetry = new Telemetry(vertx, first, settings);
        LoopHomes homes = new LoopHomes(options.getLanes());
        this.view = new PrimaryView(own, settings, search, this, System::nanoTime,
                bound -> ThreadLocalRandom.current().nextLong(bound));
        this.nodes = new Nodes(address -> new Node(vertx, search.address(address), role, settings, homes, bytes, this));
        this.replicas = settings.redis().getUseReplicas() == RedisReplicas.NEVER
                || settings.redis().getType() != RedisClientType.REPLICATION ? Optional.empty()
                        : Optional.of(new Replicas(VertxAccess.newContext(vertx, own), ReadPolicy.of(settings),
                                watcher -> address -> new Node(vertx, search.address(address), ConnectionRole.PLAIN, settings,
                                        homes, bytes, watcher),
                                this::ask, failures.subject(), failures.stopped(), view::suspect));
        this.loops = new ClusterLoops(homes, this::newLoop, failures);
        this.alone = new LoneCommands(options, bytes, failures);
        this.farewell = new Farewell(own, nodes, this::isGone, node -> true, options.getShutdownTimeout());
    }

    private Future<Response> ask(SocketAddress server, Request request) {
        Context asker = VertxAccess.newContext(vertx, own);
        return nodes.at(server).map(node -> node.question(asker, request))
                .orElseGet(() -> VertxAccess.failed(asker, failures.stopped()));
    }

    private ClusterLoop newLoop(int index, EventLoop home) {
        ClusterLoop made = new ClusterLoop(vertx, index, home, this, settings, failures, bytes);
        view.whenKnown(VertxAccess.newContext(vertx, home));
        return made;
    }

    @Override
    public SlotMap map() {
        return view.current();
    }

    @Override
    public Optional<SocketAddress> primary(int slot) {
        return view.primary();
    }

    @Override
    public Optional<Node> owner(int slot) {
        return view.primary().flatMap(nodes::at);
    }

    @Override
    public Optional<Node> node(SocketAddress address) {
        return nodes.at(address);
    }

    @Override
    public Set<SocketAddress> primaries() {
        return view.servers();
    }

    @Override
    public ToldCommands commands() {
        return told;
    }

    @Override
    public int slot(PendingCommand command) {
        return command.isOfNode() ? Slot.OF_NODE : THE_SLOT;
    }

    /**
     * All of them have the slot because they are for the same server. But a message has its place among messages only: a
     * channel is no key, though it may have the name of one; and a replica publishes, and refuses the write that came before.
     */
    @Override
    public boolean keepsOrder(PendingCommand command) {
        return !command.hasRequest("publish");
    }

    @Override
    public Optional<Verdict> verdict(ErrorType error, SocketAddress from) {
        return search.verdict(error, from);
    }

    @Override
    public void moved(int slot, SocketAddress owner) {
        view.moved(owner);
    }

    @Override
    public void suspect(Suspicion reason) {
        view.suspect();
    }

    @Override
    public void reachable(SocketAddress node) {
        farewell.reachable(node);
        view.reachable(node);
    }

    @Override
    public void unreachable(SocketAddress node) {
        farewell.unreachable(node);
        view.unreachable(node);
        replicas.ifPresent(known -> known.lost(node));
    }

    @Override
    public Optional<ReplicaRoutes.Knowledge> replicas() {
        return replicas.map(ReplicaRoutes.Knowledge.class::cast);
    }

    @Override
    public void demoted(SocketAddress node) {
        if (view.primary().filter(node::equals).isPresent()) {
            view.suspect();
        }
    }

    @Override
    public void onMap(SlotMap map) {
        replicas.ifPresent(known -> known.follow(map));
        Future<Void> followed = loops.follow();
        subscriptions().ifPresent(there -> there.connector.leaveOthers());
        farewell.begin(followed);
        replicas.ifPresent(known -> followed.onComplete(done -> known.retireOthers(options.getShutdownTimeout())));
    }

    private boolean isGone(Node node) {
        return !view.servers().contains(node.address());
    }

    private synchronized Optional<Subscriptions> subscriptions() {
        return subscriptions;
    }

    @Override
    public void onUnknown(Throwable cause) {
        loops.unknown(cause);
    }

    @Override
    public Failures failures() {
        return failures;
    }

    @Override
    public Telemetry telemetry(Request first) {
        return telemetry.isSilent() ? telemetry : owner(THE_SLOT).map(Node::telemetry).orElse(telemetry);
    }

    @Override
    public void connectAll() {
        for (EventLoop loop : VertxAccess.eventLoops(vertx)) {
            Context context = VertxAccess.newContext(vertx, loop);
            loops.make(loop);
            view.whenKnown(context).onSuccess(known -> owner(THE_SLOT).ifPresent(node -> node.whenReady(context)));
        }
    }

    @Override
    public Future<Void> whenReady(Context caller) {
        return view.whenKnown(caller);
    }

    @Override
    public Outage outage() {
        return Outage.of(owner(THE_SLOT).flatMap(Node::outage));
    }

    @Override
    public Future<Response> ping(Context caller) {
        return view.whenKnown(caller).compose(known -> owner(THE_SLOT).map(node -> node.ping(caller))
                .orElseGet(() -> Future.failedFuture(failures.stopped())));
    }

    /** What is in a batch is sent on its own, or as the transaction that it is: then it can be sent again on its own. */
    @Override
    public void submit(Context caller, PendingCommand command) {
        command.divide();
        loops.submit(VertxAccess.eventLoop(caller), command);
    }

    @Override
    public void runAlone(Context caller, PendingCommand command, List<Request> requests, long accepted, TimeLimit limit) {
        alone.run(command, requests, accepted, limit,
                () -> view.whenKnown(caller, options.getUnavailable()).map(known -> way(caller)));
    }

    @Override
    public Future<LentConnection> lend(Context caller, List<Request> requests, Borrower borrower) {
        long deadline = System.nanoTime() + options.getCommandTimeout().toNanos();
        return view.whenKnown(caller, options.getUnavailable())
                .compose(known -> FollowingLoan.lend(way(caller), requests, borrower, deadline));
    }

    private ClusterWay way(Context caller) {
        return new ClusterWay(this, caller, THE_SLOT, options.getUnavailable(), failures.stopped());
    }

    @Override
    public synchronized Hub hub(Context home) {
        Subscriptions there = subscriptions.orElseGet(() -> makeHub(VertxAccess.eventLoop(home)));
        subscriptions = Optional.of(there);
        return there.hub;
    }

    private Subscriptions makeHub(EventLoop loop) {
        FollowingConnector connector = new FollowingConnector(loop, view, () -> owner(THE_SLOT), failures.subject());
        SubscriptionHub made = new SubscriptionHub(VertxAccess.newContext(vertx, loop), connector, settings, failures,
                new OutageLog(failures.subject() + ", its subscriptions"));
        if (closed) {
            made.close();
        }
        return new Subscriptions(made, connector);
    }

    @Override
    public List<NodeStatus> status() {
        Optional<SocketAddress> primary = view.primary();
        Optional<SubscriptionHub> there = subscriptions().map(Subscriptions::hub);
        List<NodeStatus> all = nodes.all().stream().map(node -> primary.filter(node.address()::equals).isPresent()
                ? node.status(there.map(SubscriptionHub::size).orElse(0), there.map(SubscriptionHub::restorations).orElse(0L),
                        there.map(SubscriptionHub::status).stream().toList())
                : node.status(0, 0, List.of())).toList();
        List<NodeStatus> read = replicas.stream().flatMap(known -> known.all().stream()).map(Node::status).toList();
        return all.isEmpty() ? Topology.configured(settings) : NodeStatuses.merged(all, read);
    }

    @Override
    public RoutingStatus routing() {
        return loops.status();
    }

    @Override
    public Future<Void> close(Duration grace) {
        Future<Void> searched = view.close();
        farewell.cancel();
        List<Future<Void>> ends = new ArrayList<>(List.of(loops.close()));
        synchronized (this) {
            closed = true;
            subscriptions.ifPresent(there -> ends.add(there.hub.close()));
        }
        // The nodes do not wait for the end of the search, which hangs on other servers.
        Future<Void> left = Future.join(ends).eventually(() -> Future.join(nodes.close(grace),
                replicas.map(known -> known.close(grace)).orElseGet(Future::succeededFuture))).mapEmpty();
        return Future.join(searched, left).onComplete(done -> telemetry.close()).mapEmpty();
    }
}
