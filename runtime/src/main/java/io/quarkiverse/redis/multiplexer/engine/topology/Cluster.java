package io.quarkiverse.redis.multiplexer.engine.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.RoutingStatus;
import io.quarkiverse.redis.multiplexer.engine.command.CrossSlot;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Outage;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ServerCommands;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Hub;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisClusterTransactions;
import io.vertx.redis.client.RedisReplicas;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** The servers of a Redis cluster, each of which answers for the keys of its slots. */
final class Cluster implements Topology, ClusterView.Listener, Routes.Knowledge, NodeWatcher {

    private final Vertx vertx;
    private final MultiplexerOptions options;
    private final PendingBytes bytes;
    /** Whether they are allowed. */
    private final boolean transactions;
    private final Failures failures;
    private final Telemetry telemetry;
    private final Nodes nodes;
    private final ClusterView view;
    private final ToldCommands told;
    private final ClusterLoops loops;
    private final LoneCommands alone;
    private final ClusterSubscriptions subscriptions;
    private final Farewell farewell;
    /** Empty if reads go to primaries only. */
    private final Optional<Replicas> replicas;

    /** @param bytes counts those of the whole client */
    Cluster(Vertx vertx, ClientSettings settings, PendingBytes bytes) {
        this.vertx = vertx;
        this.options = settings.multiplexer();
        this.bytes = bytes;
        this.transactions = settings.redis().getClusterTransactions() != RedisClusterTransactions.DISABLED;
        NodeAddress first = settings.addresses().get(0);
        this.failures = Failures.ofSeveral(settings.name(), "the cluster of", settings.addresses(), options);
        this.telemetry = new Telemetry(vertx, first, settings);
        LoopHomes homes = new LoopHomes(options.getLanes());
        EventLoop own = VertxAccess.eventLoops(vertx).get(0);
        Context asker = VertxAccess.newContext(vertx, own);
        this.view = new ClusterView(own, settings, (node, request) -> ask(node, asker, request));
        this.nodes = new Nodes(
                address -> new Node(vertx, view.address(address), ConnectionRole.PLAIN, settings, homes, bytes, this));
        this.replicas = settings.redis().getUseReplicas() == RedisReplicas.NEVER ? Optional.empty()
                : Optional.of(new Replicas(asker, ReadPolicy.of(settings), watcher -> address -> new Node(vertx,
                        view.address(address), ConnectionRole.READ_ONLY, settings, homes, bytes, watcher),
                        (node, request) -> ask(view.address(node), asker, request), failures.subject(), failures.stopped(),
                        () -> view.suspect(Suspicion.RECOVERED)));
        this.told = new ToldCommands(
                () -> view.current().primaries().stream().flatMap(address -> nodes.at(address).stream()).toList());
        this.loops = new ClusterLoops(homes, (index, home) -> newLoop(index, home, settings), failures);
        this.alone = new LoneCommands(options, bytes, failures);
        this.subscriptions = new ClusterSubscriptions(vertx, view, nodes, settings, failures);
        this.farewell = new Farewell(own, nodes, this::isGone, Node::hasDedicated, options.getShutdownTimeout());
        this.view.listen(own, this);
    }

    private Future<Response> ask(NodeAddress node, Context asker, Request request) {
        return nodes.at(node.socket()).map(one -> one.question(asker, request))
                .orElseGet(() -> VertxAccess.failed(asker, failures.stopped()));
    }

    private ClusterLoop newLoop(int index, EventLoop home, ClientSettings settings) {
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
        return view.primary(slot);
    }

    @Override
    public Optional<Node> owner(int slot) {
        SocketAddress address = view.primary(slot).or(() -> view.current().primaries().stream().findFirst())
                .orElseGet(() -> view.seeds().get(0).socket());
        return nodes.at(address);
    }

    @Override
    public Optional<Node> node(SocketAddress address) {
        return nodes.at(address);
    }

    @Override
    public Set<SocketAddress> primaries() {
        return view.primaries();
    }

    @Override
    public ToldCommands commands() {
        return told;
    }

    @Override
    public void moved(int slot, SocketAddress owner) {
        view.moved(slot, owner);
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
    public void demoted(SocketAddress node) {
        view.suspect(Suspicion.READONLY);
    }

    @Override
    public Optional<ReplicaRoutes.Knowledge> replicas() {
        return replicas.map(ReplicaRoutes.Knowledge.class::cast);
    }

    @Override
    public void suspect(Suspicion reason) {
        view.suspect(reason);
    }

    @Override
    public void onMap(SlotMap map) {
        replicas.ifPresent(known -> known.follow(map));
        Future<Void> followed = loops.follow();
        farewell.begin(followed);
        replicas.ifPresent(known -> followed.onComplete(done -> known.retireOthers(options.getShutdownTimeout())));
    }

    /** One that has become a replica is needed for what somebody has there since it was a primary. */
    private boolean isGone(Node node) {
        boolean needed = view.primaries().contains(node.address())
                || view.nodes().contains(node.address()) && (node.hasDedicated() || subscriptions.areAt(node));
        return !needed;
    }

    @Override
    public void onUnknown(Throwable cause) {
        loops.unknown(cause);
    }

    @Override
    public Failures failures() {
        return failures;
    }

    /** What has no slot is reported of the node that was configured first: nobody knows yet which ones it will go to. */
    @Override
    public Telemetry telemetry(Request first) {
        if (telemetry.isSilent()) {
            return telemetry;
        }
        int slot = Slot.of(List.of(first), ServerCommands.UNASKED);
        return slot < 0 ? telemetry : view.primary(slot).flatMap(nodes::at).map(Node::telemetry).orElse(telemetry);
    }

    @Override
    public void connectAll() {
        for (EventLoop loop : VertxAccess.eventLoops(vertx)) {
            Context context = VertxAccess.newContext(vertx, loop);
            loops.make(loop);
            view.whenKnown(context).onSuccess(known -> view.current().primaries()
                    .forEach(address -> nodes.at(address).ifPresent(node -> node.whenReady(context))));
        }
    }

    @Override
    public Future<Void> whenReady(Context caller) {
        return view.whenKnown(caller);
    }

    @Override
    public Outage outage() {
        Set<SocketAddress> addresses = view.primaries();
        List<Throwable> causes = nodes.all().stream().filter(node -> addresses.contains(node.address()))
                .flatMap(node -> node.outage().stream()).toList();
        return Outage.of(causes, addresses.size());
    }

    @Override
    public Future<Response> ping(Context caller) {
        return view.whenKnown(caller).compose(known -> reachable().map(node -> node.ping(caller))
                .orElseGet(() -> Future.failedFuture(failures.stopped())));
    }

    private Optional<Node> reachable() {
        List<Node> primaries = view.primaries().stream().flatMap(address -> nodes.at(address).stream()).toList();
        return primaries.stream().filter(node -> node.outage().isEmpty()).findFirst().or(() -> primaries.stream().findFirst());
    }

    /** A transaction that cannot be sent is found before anything of its batch is. */
    @Override
    public void submit(Context caller, PendingCommand command) {
        command.divide();
        for (PendingCommand unit : command.units()) {
            if (unit.size() > 1) {
                Optional<Throwable> refusal = refusal(unit);
                if (refusal.isPresent()) {
                    command.fail(refusal.get());
                    return;
                }
            }
        }
        loops.submit(VertxAccess.eventLoop(caller), command);
    }

    private Optional<Throwable> refusal(PendingCommand transaction) {
        Optional<Throwable> objection = objectionToTransactions();
        if (objection.isPresent()) {
            return objection;
        }
        return transaction.slot(ServerCommands.UNASKED) == Slot.SEVERAL
                ? Optional.of(CrossSlot.error(failures.subject(), transaction, ServerCommands.UNASKED, ""))
                : Optional.empty();
    }

    @Override
    public void runAlone(Context caller, PendingCommand command, List<Request> requests, long accepted, TimeLimit limit) {
        Optional<Merge> merge = LoneRun.mergeOf(command);
        if (merge.isPresent()) {
            Consumer<SingleCommand> runner = part -> alone.start(way(caller, part.slot(ServerCommands.UNASKED)), part, requests,
                    accepted, limit.part());
            alone.admit(command, () -> view.whenKnown(caller, options.getUnavailable()).onSuccess(known -> LoneRun
                    .start(command.single().orElseThrow(), merge.get(), view::primary, runner, failures))
                    .onFailure(command::fail));
            return;
        }
        alone.run(command, requests, accepted, limit, () -> slot(caller, requests).compose(slot -> {
            if (slot == Slot.SEVERAL && requests.size() > 1) {
                // Whichever node got it would execute those of the requests whose keys it has.
                return Future.failedFuture(
                        CrossSlot.error(failures.subject(), command, told.known().orElse(ServerCommands.UNASKED), ""));
            }
            return Future.succeededFuture(way(caller, slot));
        }));
    }

    @Override
    public Future<LentConnection> lend(Context caller, List<Request> requests, Borrower borrower) {
        long deadline = System.nanoTime() + options.getCommandTimeout().toNanos();
        return slot(caller, requests)
                .compose(slot -> FollowingLoan.lend(way(caller, slot), requests, borrower, deadline));
    }

    /** The slot of the requests, when it is known who has that. */
    private Future<Integer> slot(Context caller, List<Request> requests) {
        int slot;
        try {
            slot = Slot.of(requests, ServerCommands.UNASKED);
        } catch (Throwable e) {
            // There is no memory to look at them.
            return VertxAccess.failed(caller, failures.rejected(requests.get(0).command().toString(), e));
        }
        Future<Void> known = view.whenKnown(caller, options.getUnavailable());
        return slot == Slot.UNKNOWN
                ? known.compose(map -> told.ask(caller)).map(commands -> Slot.of(requests, commands.guessed()))
                : known.map(slot);
    }

    private ClusterWay way(Context caller, int slot) {
        return new ClusterWay(this, caller, Math.max(0, slot), options.getUnavailable(), failures.stopped());
    }

    @Override
    public boolean placesByKeys() {
        return true;
    }

    /** As the stock client says it. */
    @Override
    public Optional<Throwable> objectionToTransactions() {
        return transactions ? Optional.empty()
                : Optional.of(Future.failedFuture("Transactions in Redis cluster disabled").cause());
    }

    @Override
    public Hub hub(Context home) {
        return subscriptions.hub(home);
    }

    @Override
    public List<NodeStatus> status() {
        List<NodeStatus> read = replicas.stream().flatMap(known -> known.all().stream()).map(Node::status).toList();
        return NodeStatuses.merged(nodes.all().stream().map(subscriptions::status).toList(), read);
    }

    @Override
    public RoutingStatus routing() {
        return loops.status();
    }

    @Override
    public Future<Void> close(Duration grace) {
        view.close();
        farewell.cancel();
        List<Future<Void>> ends = new ArrayList<>(List.of(loops.close()));
        ends.add(subscriptions.close());
        return Future.join(ends).eventually(() -> Future.join(nodes.close(grace),
                replicas.map(known -> known.close(grace)).orElseGet(Future::succeededFuture)))
                .onComplete(done -> telemetry.close()).mapEmpty();
    }
}
