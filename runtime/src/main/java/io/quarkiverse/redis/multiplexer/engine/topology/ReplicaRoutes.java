package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The lanes of one event loop to replicas, and which of them the next read of a slot goes to. A read that a replica does not
 * answer goes to the primary, as if it came just then. Used on that event loop.
 */
final class ReplicaRoutes implements ReplicaLane.Owner {

    /** What is known of replicas. May be asked from any thread. */
    interface Knowledge {

        /** Another object as soon as anything of it has changed. */
        ReadMap current();

        /** The replica at an address, for reads; none if the client is stopped. */
        Optional<Node> node(SocketAddress replica);

        /** Something speaks against a replica. */
        void doubt(SocketAddress replica);
    }

    /** All commands of the event loop. */
    interface Owner {

        int slot(PendingCommand command);

        /** Hands a command to a lane. It is written when this turn is over. */
        void give(RoutedLane lane, PendingCommand command);

        /** Sends a read that no replica has answered to the primary of its slot, soon. */
        void sendToPrimary(PendingCommand read);
    }

    /** The nodes that reads of a shard go to, and whose turn it is. */
    private static final class Turns {

        private static final Optional<ReplicaLane> PRIMARY = Optional.empty();

        private final List<Optional<ReplicaLane>> places;
        /** The primary, where it is asked only because nobody else can be; empty where it has its turn like the others. */
        private final Optional<Node> fallback;
        /** When to look again who is to have a turn; empty if only when something is known anew. */
        private final OptionalLong end;
        private int next;

        Turns(List<Optional<ReplicaLane>> places, Optional<Node> fallback, int first) {
            this.places = places;
            this.fallback = fallback;
            this.next = places.isEmpty() ? 0 : first % places.size();
            this.end = OptionalLong.empty();
        }

        /** Only the primary has any. */
        Turns(Optional<Node> fallback, long end) {
            this.places = List.of();
            this.fallback = fallback;
            this.end = OptionalLong.of(end);
        }

        boolean areOver(LongSupplier clock) {
            return end.isPresent() && end.getAsLong() - clock.getAsLong() <= 0;
        }

        /**
         * The lane of the one whose turn it is; empty if that is the primary. Those that are not connected, or have too much to
         * do, are passed over.
         */
        Optional<ReplicaLane> next() {
            for (int i = 0; i < places.size(); i++) {
                Optional<ReplicaLane> place = places.get(next);
                next = next + 1 == places.size() ? 0 : next + 1;
                if (place.isEmpty() || place.get().isReady()) {
                    return place;
                }
                place.get().connect(System.nanoTime());
            }
            if (fallback.isPresent()) {
                fallback.get().countFallback();
            }
            return PRIMARY;
        }
    }

    /** A redirect may have been late: what is known was newer already, and will not change. */
    private static final long STAY_AFTER_MOVED_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** So long after the last redirect a slot that moves key by key is taken to be moving, if nothing else is heard of it. */
    private static final long STAY_AFTER_ASK_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int first;
    private final EventLoop loop;
    private final Routes.Knowledge cluster;
    private final Knowledge replicas;
    private final Owner owner;
    private final MultiplexerOptions options;
    private final LongSupplier clock;
    private final Map<SocketAddress, ReplicaLane> lanes = new HashMap<>();
    private final Map<Shard, Turns> byShard = new HashMap<>();
    /** {@code null} where it has not been looked up since something has changed. */
    private final Turns[] bySlot = new Turns[Slot.COUNT];
    private ReadMap known;

    /**
     * @param first a number that other event loops do not have
     * @param clock {@link System#nanoTime()}
     */
    ReplicaRoutes(int first, EventLoop loop, Routes.Knowledge cluster, Knowledge replicas, Owner owner,
            MultiplexerOptions options, LongSupplier clock) {
        this.first = first;
        this.loop = loop;
        this.cluster = cluster;
        this.replicas = replicas;
        this.owner = owner;
        this.options = options;
        this.clock = clock;
        this.known = replicas.current();
    }

    /**
     * Gives a command to a replica, if it may go there, and it is the turn of one.
     *
     * @return whether it has; if not, the command is for the primary
     */
    boolean take(int slot, PendingCommand command) {
        if (!command.mayReadCopy()) {
            return false;
        }
        follow();
        Optional<ReplicaLane> lane = turns(slot).next();
        if (lane.isPresent()) {
            owner.give(lane.get(), command);
        }
        return lane.isPresent();
    }

    /** Acts upon what is known of replicas now. */
    void follow() {
        ReadMap newer = replicas.current();
        if (newer == known) {
            return;
        }
        known = newer;
        Arrays.fill(bySlot, null);
        byShard.clear();
        // What is in flight to others is answered, or given back, before these end.
        lanes.keySet().retainAll(newer.replicas());
    }

    /**
     * Reads of the slot go to its primary until anything is known anew, or for a time: a node has told that the slot has moved
     * there, or is moving.
     *
     * @param slot negative if it is not known which one
     */
    void stay(int slot, Verdict verdict) {
        stay(slot, verdict.kind() == Verdict.Kind.FOLLOW ? STAY_AFTER_MOVED_NANOS : STAY_AFTER_ASK_NANOS);
    }

    private void stay(int slot, long nanos) {
        if (slot >= 0) {
            bySlot[slot] = new Turns(fallback(slot), clock.getAsLong() + nanos);
        }
    }

    private Turns turns(int slot) {
        Turns turns = bySlot[slot];
        if (turns == null || turns.areOver(clock)) {
            turns = find(slot);
            bySlot[slot] = turns;
        }
        return turns;
    }

    /** A slot that a redirect has named another owner of is that one's, and nothing is known of its replicas. */
    private Turns find(int slot) {
        Optional<Shard> shard = known.shard(slot)
                .filter(one -> cluster.primary(slot).equals(Optional.of(one.primary().address())));
        return shard.isPresent() ? byShard.computeIfAbsent(shard.get(), one -> make(slot, one))
                : new Turns(fallback(slot), clock.getAsLong() + STAY_AFTER_MOVED_NANOS);
    }

    private Turns make(int slot, Shard shard) {
        ReadPolicy.Targets targets = known.targets(shard);
        List<Optional<ReplicaLane>> places = new ArrayList<>();
        targets.replicas().forEach(replica -> lane(replica).ifPresent(lane -> places.add(Optional.of(lane))));
        if (targets.withPrimary()) {
            places.add(Turns.PRIMARY);
        }
        return new Turns(places, targets.withPrimary() ? Optional.empty() : fallback(slot), first);
    }

    private Optional<Node> fallback(int slot) {
        return known.policy().sharesWithPrimary() ? Optional.empty() : cluster.owner(slot);
    }

    private Optional<ReplicaLane> lane(SocketAddress replica) {
        Optional<ReplicaLane> there = Optional.ofNullable(lanes.get(replica));
        if (there.isPresent()) {
            return there;
        }
        Optional<ReplicaLane> made = replicas.node(replica)
                .flatMap(node -> node.lanes().lane(loop).map(lane -> new ReplicaLane(node, lane, this, options)));
        made.ifPresent(lane -> lanes.put(replica, lane));
        return made;
    }

    @Override
    public void onRefused(ReplicaLane lane, PendingCommand read, ErrorType error) {
        int slot = owner.slot(read);
        switch (ServerError.of(error)) {
            // The primary itself tells where to go, and knows better.
            case MOVED -> {
                stay(slot, STAY_AFTER_MOVED_NANOS);
                cluster.suspect(Suspicion.MOVED);
            }
            case ASK, TRYAGAIN -> stay(slot, STAY_AFTER_ASK_NANOS);
            case NOSCRIPT -> {
                // Nothing is wrong with the replica.
            }
            default -> replicas.doubt(lane.address());
        }
        giveBack(lane, read);
    }

    @Override
    public void onUnanswered(ReplicaLane lane, PendingCommand read) {
        giveBack(lane, read);
    }

    private void giveBack(ReplicaLane lane, PendingCommand read) {
        lane.node().countFallback();
        owner.sendToPrimary(read);
    }
}
