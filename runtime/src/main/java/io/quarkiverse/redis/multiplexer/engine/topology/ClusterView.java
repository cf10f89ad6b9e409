package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;

/**
 * The cluster as a client knows it: the slot map that its nodes have told, and the owners of slots that redirects have named
 * since. Asks the nodes again by itself, on evidence and seldom by time; see {@link Refresher}. No command ever has to wait for
 * that once something is known.
 * <p>
 * Everything may be called from any thread, nothing blocks, and reading takes no lock and allocates nothing. Asks nobody
 * before {@link #whenKnown}.
 */
final class ClusterView {

    /** Who wants to know what becomes known. */
    interface Listener {

        /**
         * There is a map for the first time, or one that tells something else than was known: than the one before, or than
         * redirects since. {@link #current} is this one, or one that is newer.
         */
        void onMap(SlotMap map);

        /** Nobody could be asked about the cluster, and nothing is known of it yet. It is tried again. */
        void onUnknown(Throwable cause);
    }

    private record Told(EventLoop loop, Listener listener) {
    }

    private final ClusterAddresses addresses;
    private final LongSupplier clock;
    private final Moves moves = new Moves();
    private final List<Told> listeners = new CopyOnWriteArrayList<>();
    private final Refresher refresher;
    private volatile SlotMap map = SlotMap.EMPTY;

    /** @param loop on which nodes are asked */
    ClusterView(EventLoop loop, ClientSettings settings, Asker asker) {
        this(loop, settings, asker, System::nanoTime, bound -> ThreadLocalRandom.current().nextLong(bound));
    }

    /**
     * @param clock in nanoseconds
     * @param random a number from 0 on and below the one given
     */
    ClusterView(EventLoop loop, ClientSettings settings, Asker asker, LongSupplier clock, LongUnaryOperator random) {
        this.addresses = new ClusterAddresses(settings.addresses());
        this.clock = clock;
        ClusterTrouble trouble = new ClusterTrouble(settings);
        ClusterQuestion question = new ClusterQuestion(loop, asker, trouble, addresses.tls(),
                settings.multiplexer().getConnectTimeout().toMillis());
        this.refresher = new Refresher(loop, new Knowledge(), question, new Witnesses(addresses, random),
                RefreshPace.of(settings, random), trouble, new OutageLog("Redis client '" + settings.name() + "', its cluster"),
                clock);
    }

    /** Empty before {@link #whenKnown} has completed. */
    SlotMap current() {
        return map;
    }

    /** The node to which commands for the slot are sent; empty if nobody is known to have it. Allocates nothing. */
    Optional<SocketAddress> primary(int slot) {
        Optional<SocketAddress> moved = moves.owner(slot);
        return moved.isPresent() ? moved : map.primary(slot);
    }

    /** The nodes to which commands for at least one slot are sent. */
    Set<SocketAddress> primaries() {
        Set<SocketAddress> primaries = new LinkedHashSet<>(map.primaries());
        primaries.addAll(moves.owners());
        return primaries;
    }

    /** All nodes that are known, replicas too. Connections to others are not needed but for questions. */
    Set<SocketAddress> nodes() {
        Set<SocketAddress> nodes = new LinkedHashSet<>(map.nodes());
        nodes.addAll(moves.owners());
        return nodes;
    }

    /** The address of a node with everything that is needed to log in to it, as it is configured for the client. */
    NodeAddress address(SocketAddress node) {
        return addresses.of(node);
    }

    /** The configured ones, in their order. They may be other names of nodes. */
    List<NodeAddress> seeds() {
        return addresses.seeds();
    }

    /**
     * A node has answered MOVED. From now on, the slot is that of {@code owner}, until a survey knows better.
     *
     * @param owner see {@link ClusterAddresses#resolve}
     */
    void moved(int slot, SocketAddress owner) {
        boolean isNew = !primary(slot).equals(Optional.of(owner));
        moves.record(slot, owner, clock.getAsLong());
        if (isNew) {
            refresher.suspect(Suspicion.MOVED);
        }
    }

    /** There is reason to ask the nodes soon. May be told again and again. */
    void suspect(Suspicion reason) {
        refresher.suspect(reason);
    }

    /**
     * Commands cannot be sent to a node: its connection is lost or silent, or there is none to be had. Until it is
     * {@link #reachable}, or has a successor, the others are asked for that one.
     */
    void unreachable(SocketAddress node) {
        refresher.unreachable(node);
    }

    /** Commands can be sent to the node (again). */
    void reachable(SocketAddress node) {
        refresher.reachable(node);
    }

    /**
     * Completes on {@code caller} when there is a map, asking for it if need be; fails with the cause if nobody can be asked
     * right now.
     */
    Future<Void> whenKnown(Context caller) {
        return whenKnown(caller, UnavailablePolicy.FAIL_FAST);
    }

    /** The same for a command that needs to know: it waits as others do that wait for a server, no longer than it may. */
    Future<Void> whenKnown(Context caller, UnavailablePolicy unavailable) {
        if (map != SlotMap.EMPTY) {
            return VertxAccess.succeeded(caller, null);
        }
        Promise<Void> promise = VertxAccess.promise(caller);
        refresher.awaitMap(promise, unavailable);
        return promise.future();
    }

    /** Why nobody could be asked the last time; empty if somebody could. */
    Optional<Throwable> trouble() {
        return refresher.trouble();
    }

    /** Has {@code listener} told of changes from now on, always on {@code loop}, in their order. */
    void listen(EventLoop loop, Listener listener) {
        listeners.add(new Told(loop, listener));
    }

    /** Asks nobody any more, and tells nobody anything. What is known stays. May be called again. */
    void close() {
        listeners.clear();
        refresher.close();
    }

    private final class Knowledge implements Refresher.Knowledge {

        /** Whether the latest map tells again what redirects had contradicted. */
        private boolean restored;

        @Override
        public SlotMap map() {
            return map;
        }

        @Override
        public Moves moves() {
            return moves;
        }

        @Override
        public void replace(SlotMap newer) {
            map = newer;
        }

        @Override
        public void refuted() {
            restored = true;
        }

        @Override
        public void tell(SlotMap before, SlotMap after) {
            if (restored || !before.tellsTheSameAs(after)) {
                restored = false;
                tell(listener -> listener.onMap(after));
            }
        }

        @Override
        public void tell(Throwable cause) {
            if (map == SlotMap.EMPTY) {
                tell(listener -> listener.onUnknown(cause));
            }
        }

        private void tell(Consumer<Listener> word) {
            for (Told told : listeners) {
                try {
                    told.loop.execute(() -> Guard.run("a listener to the cluster", () -> word.accept(told.listener)));
                } catch (RejectedExecutionException e) {
                    // The event loop is gone, and with it whoever listened there.
                    listeners.remove(told);
                }
            }
        }
    }
}
