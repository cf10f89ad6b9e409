package io.quarkiverse.redis.multiplexer.engine.topology;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.stream.IntStream;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Redirect;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.pubsub.ClusterHub;
import io.quarkiverse.redis.multiplexer.engine.pubsub.ClusterNodes;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Hub;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;

/** The hub of a cluster, made when it is first needed, and what it has to know of the cluster. Thread-safe. */
final class ClusterSubscriptions implements ClusterNodes {

    /** Something that only the owner of a slot can be asked for. */
    private record Probe(int slot, String key) {

        static Probe of(int slot) {
            for (int i = 0;; i++) {
                byte[] tag = String.valueOf(i).getBytes(StandardCharsets.US_ASCII);
                if (Slot.of(tag, 0, tag.length) == slot) {
                    return new Probe(slot, "__quarkus-redis-multiplexer-watch__:{" + i + "}");
                }
            }
        }
    }

    private final Vertx vertx;
    private final ClusterView view;
    private final Nodes nodes;
    private final ClientSettings settings;
    private final Failures failures;
    private final Context asker;
    /** The latest that nodes have been asked for, as long as these are there. */
    private final Map<Member, Probe> probes = Collections.synchronizedMap(new WeakHashMap<>());
    private Optional<ClusterHub> hub = Optional.empty();
    private boolean closed;

    /** @param failures the words for what concerns no node */
    ClusterSubscriptions(Vertx vertx, ClusterView view, Nodes nodes, ClientSettings settings, Failures failures) {
        this.vertx = vertx;
        this.view = view;
        this.nodes = nodes;
        this.settings = settings;
        this.failures = failures;
        this.asker = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    }

    /** @param home the hub lives on the event loop of who needs it first */
    synchronized Hub hub(Context home) {
        ClusterHub there = hub.orElseGet(() -> make(VertxAccess.eventLoop(home)));
        hub = Optional.of(there);
        return there;
    }

    private ClusterHub make(EventLoop loop) {
        ClusterHub made = new ClusterHub(vertx, VertxAccess.newContext(vertx, loop), this, settings, failures);
        if (closed) {
            made.close();
        }
        return made;
    }

    synchronized NodeStatus status(Node node) {
        return node.status(hub.map(there -> there.size(node)).orElse(0), hub.map(there -> there.restorations(node)).orElse(0L),
                hub.map(there -> there.connections(node)).orElse(List.of()));
    }

    /** Whether a node has any of them. */
    synchronized boolean areAt(Node node) {
        return hub.filter(there -> there.size(node) > 0).isPresent();
    }

    /** Ends all subscriptions. */
    synchronized Future<Void> close() {
        closed = true;
        return hub.map(ClusterHub::close).orElseGet(Future::succeededFuture);
    }

    @Override
    public Optional<Member> owner(int slot) {
        return view.primary(slot).flatMap(nodes::at).map(Member.class::cast);
    }

    /** Whether there is a key that nobody has, in the place of the slot. */
    @Override
    public void lookAt(Member node) {
        Optional<SocketAddress> address = Optional.of(address(node));
        Probe latest = probes.get(node);
        Optional<Probe> probe = latest != null && view.primary(latest.slot).equals(address) ? Optional.of(latest)
                : IntStream.range(0, Slot.COUNT).filter(slot -> view.primary(slot).equals(address)).mapToObj(Probe::of)
                        .findFirst();
        probe.ifPresent(its -> {
            probes.put(node, its);
            ((Node) node).question(asker, Request.cmd(Command.EXISTS).arg(its.key)).onFailure(failure -> {
                // While the slot is moving (ASK), it is still the node's.
                if (failure instanceof ErrorType error && ServerError.of(error) != ServerError.ASK) {
                    onRefused(node, error);
                }
            });
        });
    }

    @Override
    public List<Member> primaries() {
        return view.primaries().stream().flatMap(address -> nodes.at(address).stream()).map(Member.class::cast).toList();
    }

    @Override
    public Future<Void> whenKnown(Context caller) {
        return view.whenKnown(caller);
    }

    @Override
    public void onRefused(Member by, ErrorType error) {
        Optional<Redirect> redirect = Redirect.of(error);
        Optional<SocketAddress> owner = redirect.flatMap(to -> ClusterAddresses.resolve(to, address(by)));
        if (owner.isPresent() && redirect.get().slot().isPresent()) {
            view.moved(redirect.get().slot().getAsInt(), owner.get());
        } else if (ServerError.of(error) == ServerError.CLUSTERDOWN || redirect.isPresent()) {
            view.suspect(Suspicion.CLUSTERDOWN);
        }
    }

    @Override
    public void onEnded(Member by) {
        view.suspect(Suspicion.UNSUBSCRIBED);
    }

    @Override
    public void onUnreachable(Member node) {
        view.unreachable(address(node));
    }

    @Override
    public void onReachable(Member node) {
        view.reachable(address(node));
    }

    private static SocketAddress address(Member node) {
        return ((Node) node).address();
    }

    @Override
    public void listen(Runnable listener) {
        view.listen(VertxAccess.eventLoops(vertx).get(0), new ClusterView.Listener() {
            @Override
            public void onMap(SlotMap map) {
                listener.run();
            }

            @Override
            public void onUnknown(Throwable cause) {
                // Who waits for the cluster is told by its own question.
            }
        });
    }
}
