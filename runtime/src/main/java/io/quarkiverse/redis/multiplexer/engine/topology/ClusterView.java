package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** The cluster as a client knows it. */
final class ClusterView {

    /** Who wants to know when what is known changes. Is told after it has, on an event loop of its choice. */
    interface Listener {

        /** There is a map for the first time, or one that tells something else than the one before. */
        void onMap(SlotMap map);

        /** Nobody could be asked about the cluster, and nothing is known of it yet. It is tried again. */
        void onUnknown(Throwable cause);
    }

    private record Told(EventLoop loop, Listener listener) {
    }

    private final Context context;
    private final ClusterAddresses addresses;
    private final Asker asker;
    private final Moves moves = new Moves();
    private final List<Told> listeners = new CopyOnWriteArrayList<>();
    private final List<Promise<Void>> waiting = new CopyOnWriteArrayList<>();
    private volatile SlotMap map = SlotMap.EMPTY;
    private boolean asking;
    private int next;
    private boolean closed;

    ClusterView(Context context, ClusterAddresses addresses, Asker asker, ClientSettings settings) {
        this.context = context;
        this.addresses = addresses;
        this.asker = asker;
    }

    SlotMap current() {
        return map;
    }

    boolean isKnown() {
        return map != SlotMap.EMPTY;
    }

    Optional<SocketAddress> primary(int slot) {
        Optional<SocketAddress> moved = moves.owner(slot);
        return moved.isPresent() ? moved : map.primary(slot);
    }

    void moved(int slot, SocketAddress owner) {
        moves.record(slot, owner, System.nanoTime());
        suspect(Suspicion.MOVED);
    }

    void suspect(Suspicion reason) {
        VertxAccess.eventLoop(context).execute(this::ask);
    }

    Future<Void> whenKnown(Context caller) {
        Promise<Void> promise = VertxAccess.promise(caller);
        VertxAccess.eventLoop(context).execute(() -> {
            if (isKnown()) {
                promise.complete();
            } else {
                waiting.add(promise);
                ask();
            }
        });
        return promise.future();
    }

    void listen(EventLoop loop, Listener listener) {
        listeners.add(new Told(loop, listener));
    }

    void close() {
        closed = true;
    }

    private void ask() {
        if (asking || closed) {
            return;
        }
        asking = true;
        long since = System.nanoTime();
        List<SocketAddress> known = isKnown() ? List.copyOf(map.primaries())
                : addresses.seeds().stream().map(seed -> seed.socket()).toList();
        SocketAddress node = known.get(next++ % known.size());
        Future<io.vertx.redis.client.Response> answer = asker.ask(addresses.of(node),
                Request.cmd(Command.CLUSTER).arg("SLOTS"));
        VertxAccess.eventLoop(context).schedule(() -> {
            asking = false;
            if (!answer.isComplete() || answer.failed()) {
                Throwable cause = answer.failed() ? answer.cause() : new IllegalStateException("no answer");
                if (!isKnown()) {
                    listeners.forEach(told -> told.loop.execute(() -> told.listener.onUnknown(cause)));
                }
                ask();
                return;
            }
            map = TopologyReply.ofSlots(answer.result(), node);
            moves.settle(map, since, (address, slot) -> false);
            waiting.forEach(Promise::tryComplete);
            waiting.clear();
            listeners.forEach(told -> told.loop.execute(() -> told.listener.onMap(map)));
        }, 200, java.util.concurrent.TimeUnit.MILLISECONDS);
    }

    static Set<SocketAddress> nodes(SlotMap map) {
        return map.nodes();
    }
}
