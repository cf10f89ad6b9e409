package io.quarkiverse.redis.multiplexer.engine.topology;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * The replicas of all shards, as nodes that are only read from, and what is known of them: which are fit, as their
 * {@link ReplicaWatch} has them say, and which zones they are in. Thread-safe, but for what is told of the slots.
 */
final class Replicas implements ReplicaRoutes.Knowledge, NodeWatcher {

    private static final long SHORTEST_RECHECK_MILLIS = 1000;
    private static final long LONGEST_RECHECK_MILLIS = 60_000;

    private final ReadPolicy policy;
    private final Nodes nodes;
    private final Context asker;
    private final Future<Response> stopped;
    private final ReplicaWatch watch;
    private final Runnable onRecovered;
    private volatile ReadMap current;

    // What follows is used on the event loop only.

    private final Zones zones;
    private final LoopTimer recheck;
    private long recheckMillis = SHORTEST_RECHECK_MILLIS;
    private SlotMap slots = SlotMap.EMPTY;

    /**
     * @param asker of an event loop, on which servers are asked
     * @param maker makes the node at an address, for a watcher
     * @param primaries asks a primary
     * @param subject the client, as messages name it
     * @param stopped what everything fails with after the end
     * @param onRecovered called, more and more seldom, while replicas are well that other nodes have told not to be
     */
    Replicas(Context asker, ReadPolicy policy, Function<NodeWatcher, Function<SocketAddress, Node>> maker,
            ReplicaWatch.Questions primaries, String subject, Throwable stopped, Runnable onRecovered) {
        EventLoop loop = VertxAccess.eventLoop(asker);
        this.policy = policy;
        this.nodes = new Nodes(maker.apply(this));
        this.asker = asker;
        this.stopped = Future.failedFuture(stopped);
        this.onRecovered = onRecovered;
        this.current = ReadMap.empty(policy);
        this.recheck = new LoopTimer(loop);
        this.watch = new ReplicaWatch(loop, this::ask, subject, System::nanoTime,
                bound -> ThreadLocalRandom.current().nextLong(bound), this::publish);
        this.zones = new Zones(loop,
                (server, request) -> current.replicas().contains(server) ? ask(server, request)
                        : primaries.ask(server, request),
                this::publish);
    }

    private Future<Response> ask(SocketAddress replica, Request request) {
        return nodes.at(replica).map(node -> node.question(asker, request)).orElse(stopped);
    }

    @Override
    public ReadMap current() {
        return current;
    }

    @Override
    public Optional<Node> node(SocketAddress replica) {
        return nodes.at(replica);
    }

    @Override
    public void doubt(SocketAddress replica) {
        watch.doubt(replica);
    }

    @Override
    public void reachable(SocketAddress replica) {
        watch.hurry(Set.of(replica));
    }

    @Override
    public void unreachable(SocketAddress replica) {
        watch.doubt(replica);
    }

    /** Commands cannot be sent to a primary: its replicas may have lost it, too. */
    void lost(SocketAddress primary) {
        Set<SocketAddress> replicas = current.replicasOf(primary);
        if (!replicas.isEmpty()) {
            watch.hurry(replicas);
        }
    }

    /** There are other slots, or shards. Called on the event loop on which servers are asked. */
    void follow(SlotMap map) {
        slots = map;
        publish();
        watch.follow(current.replicas());
        if (policy.hasZone()) {
            zones.follow(map.nodes());
        }
    }

    private void publish() {
        current = new ReadMap(policy, slots, watch.fit(), zones.told());
        lookForRecovered();
    }

    private void lookForRecovered() {
        if (current.contradictsHealth()) {
            onRecovered.run();
            recheck.plan(this::lookForRecovered, recheckMillis);
            recheckMillis = Math.min(LONGEST_RECHECK_MILLIS, 2 * recheckMillis);
        } else {
            recheck.cancel();
            recheckMillis = SHORTEST_RECHECK_MILLIS;
        }
    }

    /** Ends the nodes that are no replicas any more, when no event loop sends them anything. @see Node#retire */
    void retireOthers(Duration grace) {
        Set<SocketAddress> needed = current.replicas();
        nodes.retire(node -> !needed.contains(node.address()), grace);
    }

    List<Node> all() {
        return nodes.all();
    }

    /** Ends all connections. @see Node#close */
    Future<Void> close(Duration grace) {
        watch.close();
        asker.runOnContext(end -> {
            zones.close();
            recheck.cancel();
        });
        return nodes.close(grace);
    }
}
