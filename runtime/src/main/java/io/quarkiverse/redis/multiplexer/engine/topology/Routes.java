package io.quarkiverse.redis.multiplexer.engine.topology;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ServerCommands;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/** The lanes of one event loop to the nodes of a cluster, by the slots that these have. Used on that event loop. */
final class Routes {

    /** What is known of the cluster. May be asked from any thread. */
    interface Knowledge {

        /** Empty if nothing is. */
        SlotMap map();

        /** The address of the node that has a slot, if that is known. */
        Optional<SocketAddress> primary(int slot);

        /** The node that has a slot, or most likely knows who has; none if the client is stopped. */
        Optional<Node> owner(int slot);

        /** The node at an address; none if the client is stopped. */
        Optional<Node> node(SocketAddress address);

        /** Those that have at least one slot. */
        Set<SocketAddress> primaries();

        /** What the servers know of commands that the client does not know. */
        ToldCommands commands();

        /** A node has said who has a slot. */
        void moved(int slot, SocketAddress owner);

        /** There is reason to ask the nodes. */
        void suspect(Suspicion reason);

        /** The replicas that reads may go to; empty if all reads go to primaries. Always the same. */
        default Optional<ReplicaRoutes.Knowledge> replicas() {
            return Optional.empty();
        }

        /** The slot of a command; negative if it has none, or not one. Where slots make no difference, all have the same. */
        default int slot(PendingCommand command) {
            return command.slot(ServerCommands.UNASKED);
        }

        /**
         * Whether a command has its place among those of its slot: not if it has that slot by chance, because it has no keys.
         */
        default boolean keepsOrder(PendingCommand command) {
            return !command.isWithoutKeys();
        }

        /**
         * What is to be done about a command that a node has refused.
         *
         * @return empty if its caller gets the error
         */
        default Optional<Verdict> verdict(ErrorType error, SocketAddress from) {
            return Verdict.of(error, from);
        }
    }

    /**
     * So long a node that has no slots any more may take to answer what it has been sent before, and what comes behind that
     * waits: while it fetches the data of its new primary, it may be slow.
     */
    private static final long LONGEST_FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** The same of one that is silent on top of that. */
    private static final long FAREWELL_OF_SILENT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop loop;
    private final Knowledge knowledge;
    private final NodeLane.Owner owner;
    /** {@code null} where it has not been looked up since something has changed. */
    private final NodeLane[] bySlot = new NodeLane[Slot.COUNT];
    private final Map<Node, NodeLane> byNode = new IdentityHashMap<>();
    /** Those that nothing is sent on any more, and since when, on the clock of {@link System#nanoTime()}. */
    private final Map<NodeLane, Long> left = new IdentityHashMap<>();
    /** Those that have to be flushed. */
    private final List<RoutedLane> touched = new ArrayList<>();

    Routes(EventLoop loop, Knowledge knowledge, NodeLane.Owner owner) {
        this.loop = loop;
        this.knowledge = knowledge;
        this.owner = owner;
    }

    /** The lane to the node that has a slot, as far as that is known; none if the client is stopped. */
    Optional<NodeLane> to(int slot) {
        NodeLane known = bySlot[slot];
        if (known != null) {
            return Optional.of(known);
        }
        Optional<NodeLane> found = knowledge.owner(slot).flatMap(this::to);
        found.ifPresent(lane -> bySlot[slot] = lane);
        return found;
    }

    /** The lane to a node; none if the client is stopped. */
    Optional<NodeLane> to(Node node) {
        NodeLane known = byNode.get(node);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<NodeLane> made = node.lanes().lane(loop).map(lane -> new NodeLane(node, lane, owner));
        made.ifPresent(lane -> {
            byNode.put(node, lane);
            left.keySet().removeIf(other -> other.node() == node);
        });
        return made;
    }

    /** A slot may be another node's from now on. */
    void forget(int slot) {
        bySlot[slot] = null;
    }

    /** A slot is still the node's. */
    void keep(int slot, NodeLane lane) {
        bySlot[slot] = lane;
    }

    /**
     * Another node may have any of the slots from now on. @return the lanes that there were, also those to nodes without slots
     */
    List<NodeLane> forgetAll(long now) {
        Arrays.fill(bySlot, null);
        List<NodeLane> all = new ArrayList<>(byNode.values());
        Set<SocketAddress> primaries = knowledge.primaries();
        for (NodeLane lane : all) {
            if (!primaries.contains(lane.address())) {
                byNode.remove(lane.node());
                left.put(lane, now);
            }
        }
        return all;
    }

    /** Whether nothing is sent on the lane any more. */
    boolean isLeft(NodeLane lane) {
        return left.containsKey(lane);
    }

    /** Hands a command to a lane. It is written with the next {@link #flush}, which does no harm if there is no command. */
    void give(RoutedLane lane, PendingCommand command) {
        if (!lane.touched) {
            touched.add(lane);
            lane.touched = true;
        }
        lane.take(command);
    }

    /**
     * Has everything written, also what is given meanwhile; by each lane, whatever another one throws. @param waitedNanos how
     * long that was under way, all together
     */
    void flush(long now, long waitedNanos) {
        long each = waitedNanos / Math.max(1, touched.size());
        for (int i = 0; i < touched.size(); i++) {
            flush(touched.get(i), now, each);
        }
        touched.clear();
    }

    private static void flush(RoutedLane lane, long now, long waitedNanos) {
        lane.touched = false;
        try {
            lane.flush(now, waitedNanos);
        } catch (Throwable e) {
            Guard.report("to write what a lane has been given", e);
        }
    }

    /** Gives up what has been sent to nodes that have been left for long, and do not answer. */
    void endFarewells(long now) {
        for (NodeLane lane : left.keySet().stream().filter(lane -> isFarewellOver(lane, now)).toList()) {
            left.remove(lane);
            if (!lane.isQuiet()) {
                lane.giveUpConnection(
                        new ConnectException("The node is not used any more, and does not answer what it was sent before"));
            }
        }
    }

    private boolean isFarewellOver(NodeLane lane, long now) {
        return now - left.get(lane) >= (lane.isSilent() ? FAREWELL_OF_SILENT_NANOS : LONGEST_FAREWELL_NANOS);
    }

    /** Whether there is something to {@linkplain #endFarewells end}. */
    boolean hasLeft() {
        return !left.isEmpty();
    }
}
