package io.quarkiverse.redis.multiplexer.engine.topology;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ServerCommands;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.lane.PerLoop;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Hub;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** The servers of a Redis cluster, each of which answers for the keys of its slots. */
final class Cluster implements Topology, ClusterView.Listener {

    private final Vertx vertx;
    private final MultiplexerOptions options;
    private final PendingBytes bytes;
    private final Failures failures;
    private final Telemetry telemetry;
    private final Nodes nodes;
    private final ClusterView view;
    private final PerLoop<ClusterLoop> loops;

    /** @param bytes counts those of the whole client */
    Cluster(Vertx vertx, ClientSettings settings, PendingBytes bytes) {
        this.vertx = vertx;
        this.options = settings.multiplexer();
        this.bytes = bytes;
        NodeAddress first = settings.addresses().get(0);
        this.failures = new Failures(settings.name(), first, options);
        this.telemetry = new Telemetry(vertx, first, settings.redis().getNetClientOptions().getMetricsName(),
                settings.redis().getTracingPolicy());
        LoopHomes homes = new LoopHomes(options.getLanes());
        EventLoop own = VertxAccess.eventLoops(vertx).get(0);
        Context asker = VertxAccess.newContext(vertx, own);
        this.view = new ClusterView(own, settings, (node, request) -> ask(node, asker, request));
        this.nodes = new Nodes(
                address -> new Node(vertx, view.address(address), ConnectionRole.PLAIN, settings, homes, bytes));
        this.loops = new PerLoop<>(homes, (index, home) -> newLoop(index, home, settings));
        this.view.listen(own, this);
    }

    private Future<Response> ask(NodeAddress node, Context asker, Request request) {
        return nodes.at(node.socket()).map(one -> one.ask(asker, request))
                .orElseGet(() -> VertxAccess.failed(asker, failures.stopped()));
    }

    private ClusterLoop newLoop(int index, EventLoop home, ClientSettings settings) {
        ClusterLoop made = new ClusterLoop(index, home, view, this::owner, settings, failures, bytes);
        view.whenKnown(VertxAccess.newContext(vertx, home));
        return made;
    }

    /** The node to ask for a slot, as far as that is known; any where nobody is known to have it: it knows more. */
    private Optional<Node> owner(int slot) {
        SocketAddress address = view.primary(slot).or(() -> view.current().primaries().stream().findFirst())
                .orElseGet(() -> view.seeds().get(0).socket());
        return nodes.at(address);
    }

    /** Nodes that are gone end when no event loop sends them anything any more. */
    @Override
    public void onMap(SlotMap map) {
        Future.join(loops.all().stream().map(ClusterLoop::follow).toList()).onComplete(
                done -> nodes.keepOnly(view.nodes()).forEach(gone -> gone.close(options.getShutdownTimeout())));
    }

    @Override
    public void onUnknown(Throwable cause) {
        loops.all().forEach(loop -> loop.unknown(cause));
    }

    @Override
    public Failures failures() {
        return failures;
    }

    @Override
    public Telemetry telemetry(Request first) {
        return telemetry;
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
    public void submit(Context caller, PendingCommand command) {
        if (command.hasOneKey() || command.slot(ServerCommands.UNASKED) != Slot.SEVERAL) {
            EventLoop loop = VertxAccess.eventLoop(caller);
            ClusterLoop home = loops.get(loop);
            if (home != null) {
                home.submit(command);
            } else {
                loops.make(loop).ifPresentOrElse(made -> made.submit(command), () -> command.fail(failures.stopped()));
            }
        } else {
            command.fail(ErrorType.create("CROSSSLOT Keys in request don't hash to the same slot"));
        }
    }

    @Override
    public void runAlone(Context caller, PendingCommand command, List<Request> requests, long accepted) {
        if (bytes.reserve(command.bytes())) {
            command.countIn(bytes);
            new LoneCommand(this, options, caller, command, requests, accepted).start();
        } else {
            command.fail(failures().tooManyBytes(command));
        }
    }

    @Override
    public Future<LentConnection> lend(Context caller, List<Request> requests, Borrower borrower) {
        int slot = Slot.of(requests, ServerCommands.UNASKED);
        return view.whenKnown(caller).compose(known -> owner(Math.max(0, slot)).map(node -> node.lend(caller, borrower))
                .orElseGet(() -> VertxAccess.failed(caller, failures.stopped())));
    }

    @Override
    public Hub hub(Context home) {
        return nodes.at(view.seeds().get(0).socket()).orElseThrow().hub(home);
    }

    @Override
    public List<NodeStatus> status() {
        return nodes.all().stream().map(Node::status).toList();
    }

    @Override
    public Future<Void> close(Duration grace) {
        view.close();
        return Future.join(loops.close().stream().map(ClusterLoop::close).toList()).eventually(() -> nodes.close(grace))
                .onComplete(done -> telemetry.close()).mapEmpty();
    }
}
