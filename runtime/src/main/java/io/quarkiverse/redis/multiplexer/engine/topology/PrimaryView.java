package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.topology.Suspicion.Need;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;

/**
 * The server that answers everything at the moment, as a client knows it. Has it searched for again on evidence, and seldom by
 * time, one {@linkplain PrimarySearch search} at a time and when {@link RefreshPace} allows; no command has to wait for that
 * once something is known. Its states are those of {@link RefreshState}.
 * <p>
 * Everything may be called from any thread, nothing blocks, and reading takes no lock. Nothing is searched for before
 * {@link #whenKnown}.
 */
final class PrimaryView {

    /** Told on the event loop of the view. */
    interface Listener {

        /** Something is known for the first time, or something else than before. */
        void onMap(SlotMap map);

        /** Nothing is known yet, and nothing was found. It is tried again. */
        void onUnknown(Throwable cause);
    }

    /** A server that another one has named. @param at when, on the clock */
    private record Named(SocketAddress server, long at) {
    }

    private final EventLoop loop;
    private final ClusterTrouble trouble;
    private final PrimarySearch search;
    private final Listener listener;
    private final LongSupplier clock;
    private final RefreshPace pace;
    private final OutageLog outages;
    private final Set<SocketAddress> unreachable = ConcurrentHashMap.newKeySet();
    private volatile SlotMap map = SlotMap.EMPTY;
    private volatile Optional<Named> named = Optional.empty();
    /** Whether there is evidence that has come since the last search began. */
    private volatile boolean suspected;

    // What follows is used on the event loop only.

    private final LoopTimer timer;
    private final Waiters waiting;
    private RefreshState state = RefreshState.UNSTARTED;
    private Optional<Throwable> latestTrouble = Optional.empty();
    private long plannedAt;

    /**
     * @param clock in nanoseconds
     * @param random a number from 0 on and below the one given
     */
    PrimaryView(EventLoop loop, ClientSettings settings, PrimarySearch search, Listener listener, LongSupplier clock,
            LongUnaryOperator random) {
        this.loop = loop;
        this.trouble = new ClusterTrouble(settings);
        this.search = search;
        this.listener = listener;
        this.clock = clock;
        this.pace = RefreshPace.of(settings, random);
        this.outages = new OutageLog("Redis client '" + settings.name() + "', its search for the primary");
        this.timer = new LoopTimer(loop);
        this.waiting = new Waiters(loop, trouble.commandMillis(), () -> trouble.notKnown(latestTrouble));
    }

    /** Empty before {@link #whenKnown} has completed. */
    SlotMap current() {
        return map;
    }

    /** The server to which commands are sent; empty if nothing is known. */
    Optional<SocketAddress> primary() {
        Optional<Named> other = named;
        return other.isPresent() ? other.map(Named::server) : map.primary(0);
    }

    /** All to which there may be connections. */
    Set<SocketAddress> servers() {
        Set<SocketAddress> servers = new LinkedHashSet<>();
        map.primary(0).ifPresent(servers::add);
        named.ifPresent(other -> servers.add(other.server));
        return servers;
    }

    /** A server says that another one is the primary. It is believed until a search that begins later has found one. */
    void moved(SocketAddress owner) {
        if (!primary().equals(Optional.of(owner))) {
            named = Optional.of(new Named(owner, clock.getAsLong()));
        }
        suspect();
    }

    /** There is reason to search soon. May be told again and again. */
    void suspect() {
        if (!suspected) {
            suspected = true;
            LoopTask.now(loop, this::plan);
        }
    }

    /** Commands cannot be sent to the server. */
    void unreachable(SocketAddress server) {
        if (unreachable.add(server)) {
            LoopTask.now(loop, this::plan);
        }
    }

    /** Commands can be sent to the server (again). */
    void reachable(SocketAddress server) {
        unreachable.remove(server);
    }

    /**
     * Completes on {@code caller} when something is known, searching if need be; fails with the cause if nothing can be found
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
        if (!LoopTask.now(loop, promise, () -> await(promise, unavailable))) {
            Guard.fail(promise, stopped());
        }
        return promise.future();
    }

    private void await(Promise<Void> promise, UnavailablePolicy unavailable) {
        if (state == RefreshState.CLOSED) {
            Guard.fail(promise, stopped());
        } else if (map != SlotMap.EMPTY) {
            Guard.complete(promise, null);
        } else {
            waiting.add(promise, unavailable, state == RefreshState.RESTING ? latestTrouble : Optional.empty());
            if (state == RefreshState.UNSTARTED) {
                search.begin(this::suspect);
                begin();
            }
        }
    }

    private Throwable stopped() {
        return trouble.stopped();
    }

    /** Searches no more. What is known stays. May be called again. @return completes when nothing of the search is left */
    Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        if (!LoopTask.now(loop, closed, () -> Guard.future(this::closeOnLoop).onComplete(closed))) {
            closed.complete();
        }
        return closed.future();
    }

    private Future<Void> closeOnLoop() {
        if (state != RefreshState.CLOSED) {
            become(RefreshState.CLOSED);
            timer.cancel();
            outages.forget(this);
            waiting.end(stopped());
        }
        return search.close();
    }

    private void become(RefreshState next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException(state + " does not become " + next);
        }
        state = next;
    }

    private void plan() {
        if (state != RefreshState.RESTING) {
            return;
        }
        long now = clock.getAsLong();
        long at = pace.next(now, need(), 1);
        if (!timer.isPlanned() || at - plannedAt < 0) {
            plannedAt = at;
            timer.plan(this::begin, Math.max(0, TimeUnit.NANOSECONDS.toMillis(at - now + 999_999)));
        }
    }

    private Need need() {
        return suspected || primary().filter(server -> !unreachable.contains(server)).isEmpty() ? Need.URGENT : Need.NONE;
    }

    private void begin() {
        timer.cancel();
        become(RefreshState.ASKING);
        long now = clock.getAsLong();
        // What is thrown is a search that has found nothing: it is followed by another one.
        Guard.future(() -> search(now)).onComplete(result -> onFound(result, now));
    }

    private Future<SlotMap> search(long now) {
        pace.began(now, need(), 1);
        suspected = false;
        return search.find(new Clues(primary(), Set.copyOf(unreachable))).map(PrimaryView::mapOf);
    }

    private static SlotMap mapOf(Shard found) {
        return new SlotMap(List.of(found), List.of(new SlotMap.Range(0, SlotMap.SLOTS - 1, found)));
    }

    private void onFound(AsyncResult<SlotMap> result, long began) {
        if (state == RefreshState.CLOSED) {
            return;
        }
        SlotMap before = map;
        become(RefreshState.RESTING);
        try {
            conclude(result, began);
        } catch (Throwable e) {
            // There is no memory for all that follows of it.
            onNothing(e);
            if (map != before) {
                waiting.complete();
                tellMap();
            }
        }
    }

    private void conclude(AsyncResult<SlotMap> result, long began) {
        if (result.succeeded()) {
            adopt(result.result(), began);
        } else {
            onNothing(result.cause());
        }
    }

    private void adopt(SlotMap found, long began) {
        SlotMap before = map;
        boolean other = !primary().equals(found.primary(0));
        map = found;
        named = named.filter(it -> it.at - began >= 0);
        found.primary(0).ifPresent(unreachable::remove);
        unreachable.retainAll(servers());
        latestTrouble = Optional.empty();
        pace.succeeded();
        if (need() == Need.NONE) {
            pace.calmed();
        }
        boolean changed = other || !before.tellsTheSameAs(map);
        if (changed) {
            pace.changed();
        }
        outages.recovered(this, clock.getAsLong());
        plan();
        waiting.complete();
        if (changed) {
            tellMap();
        }
    }

    private void tellMap() {
        Guard.run("a listener to the primary", () -> listener.onMap(map));
    }

    private void onNothing(Throwable reason) {
        Throwable cause = trouble.meaning(reason);
        latestTrouble = Optional.of(cause);
        pace.failed(clock.getAsLong());
        outages.failed(this, cause);
        plan();
        waiting.fail(cause);
        if (map == SlotMap.EMPTY) {
            Guard.run("a listener to the primary", () -> listener.onUnknown(cause));
        }
    }
}
