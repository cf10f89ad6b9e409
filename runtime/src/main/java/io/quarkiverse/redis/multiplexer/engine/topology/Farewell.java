package io.quarkiverse.redis.multiplexer.engine.topology;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;

/**
 * The end of nodes that have no part in the topology any more. Their dedicated connections end with them, so they have some
 * time to answer what they have been sent. Some come back meanwhile: a primary that hands its slots over to a replica has none
 * for a moment, and is no replica yet, and so it is left out of what a cluster tells of its slots. Those that do not answer end
 * at once, and those that nobody waits for.
 */
final class Farewell {

    /** So long they may take, and not longer than twice that, if others leave meanwhile. */
    static final long MILLIS = 2_000;

    private final EventLoop loop;
    private final Nodes nodes;
    private final Predicate<Node> gone;
    private final Predicate<Node> awaited;
    private final Duration grace;
    private final LoopTimer timer;
    private final Set<SocketAddress> unreachable = ConcurrentHashMap.newKeySet();
    private Future<Void> followed = Future.succeededFuture();

    /**
     * @param loop on which it is begun
     * @param gone whether a node has no part
     * @param awaited whether an answer of such a node may be waited for
     * @param grace for commands on shared connections, see {@link Node#retire}
     */
    Farewell(EventLoop loop, Nodes nodes, Predicate<Node> gone, Predicate<Node> awaited, Duration grace) {
        this.loop = loop;
        this.nodes = nodes;
        this.gone = gone;
        this.awaited = awaited;
        this.grace = grace;
        this.timer = new LoopTimer(loop);
    }

    /** Commands can be sent to the node. May be called from any thread, as {@link #unreachable}. */
    void reachable(SocketAddress node) {
        unreachable.remove(node);
    }

    /** They can't: its connection is lost or silent, or there is none to be had. */
    void unreachable(SocketAddress node) {
        unreachable.add(node);
    }

    /** Nodes may have left. @param following ends when no event loop sends those anything any more */
    void begin(Future<Void> following) {
        followed = following;
        followed.onComplete(done -> retire(node -> !hasTime(node)));
        nodes.all().stream().filter(gone).forEach(Node::letGo);
        if (!timer.isPlanned()) {
            plan();
        }
    }

    private boolean hasTime(Node node) {
        return awaited.test(node) && !unreachable.contains(node.address());
    }

    private void plan() {
        Set<Node> leaving = nodes.all().stream().filter(gone).collect(Collectors.toSet());
        if (!leaving.isEmpty()) {
            timer.plan(() -> end(leaving), MILLIS);
        }
    }

    private void end(Set<Node> leaving) {
        timer.cancel();
        followed.onComplete(done -> retire(leaving::contains));
        plan();
    }

    private void retire(Predicate<Node> which) {
        nodes.retire(gone.and(which), grace);
        unreachable.retainAll(nodes.all().stream().map(Node::address).toList());
    }

    /** Ends none any more. May be called from any thread. */
    void cancel() {
        LoopTask.run(loop, "the end of a farewell", timer::cancel);
    }
}
