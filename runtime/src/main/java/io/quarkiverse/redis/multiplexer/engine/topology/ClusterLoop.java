package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ServerCommands;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.lane.Intake;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * All commands of one event loop to a cluster. They come in through one {@link Intake}, in their order, and are handed to the
 * lanes of the nodes that have their keys, which live on the same event loop. So nothing that is learned about the cluster
 * can bring the commands of a caller to one key out of order: it is acted upon here, between two commands.
 * <p>
 * Until it is known who has which slot, commands wait here.
 */
final class ClusterLoop implements Intake.Owner, Intake.Figures {

    private final EventLoop loop;
    private final ClusterView view;
    private final Function<Integer, Optional<Node>> owners;
    private final Failures failures;
    private final Intake intake;
    private final LoopTimer clock;
    private final long clockPeriodMillis;
    private final boolean failFast;
    private final LongAdder refused = new LongAdder();
    /** Where what has no key goes. */
    private final int anySlot;
    private volatile int waitingForMap;

    // What follows is used on the event loop only.

    /** What came before anything was known of the cluster. */
    private final CommandQueue unrouted = new CommandQueue();
    /** By slot; {@code null} where it has not been looked up since the map changed. */
    private final NodeLane[] routes = new NodeLane[Slot.COUNT];
    private final Map<Node, NodeLane> lanes = new IdentityHashMap<>();
    /** Those that have to be flushed at the end of this turn. */
    private final List<NodeLane> touched = new ArrayList<>();
    private boolean known;
    private boolean ending;
    private Optional<Throwable> unknownBy = Optional.empty();

    /**
     * @param index how many others were made before
     * @param owners gives the node that has a slot, or most likely knows who has; none if the client is stopped
     * @param bytes counts those of the whole client
     */
    ClusterLoop(int index, EventLoop loop, ClusterView view, Function<Integer, Optional<Node>> owners, ClientSettings settings,
            Failures failures, PendingBytes bytes) {
        MultiplexerOptions options = settings.multiplexer();
        this.loop = loop;
        this.view = view;
        this.owners = owners;
        this.failures = failures;
        this.intake = new Intake(loop, this, options, failures, this, bytes);
        this.clock = new LoopTimer(loop);
        this.clockPeriodMillis = settings.clockPeriodMillis();
        this.failFast = options.getUnavailable() == UnavailablePolicy.FAIL_FAST;
        // Not the same one for all event loops, and far from each other.
        this.anySlot = index * 5557 % Slot.COUNT;
    }

    /** Takes a command, or fails it at once. Throws nothing. May be called from any thread. */
    void submit(PendingCommand command) {
        intake.submit(command);
    }

    @Override
    public boolean isEnding() {
        return ending;
    }

    @Override
    public int pendingOnLoop() {
        return waitingForMap;
    }

    @Override
    public void refused() {
        refused.increment();
    }

    @Override
    public void accept(PendingCommand command) {
        if (isKnown()) {
            route(command);
        } else {
            unrouted.addLast(command);
        }
    }

    private boolean isKnown() {
        if (!known && view.current() != SlotMap.EMPTY) {
            onMap();
        }
        return known;
    }

    private void route(PendingCommand command) {
        int slot = command.slot(ServerCommands.UNASKED);
        Optional<NodeLane> lane = route(slot < 0 ? anySlot : slot);
        if (lane.isPresent()) {
            give(lane.get(), command);
        } else {
            Guard.later(loop, () -> command.fail(failures.stopped()));
        }
    }

    private Optional<NodeLane> route(int slot) {
        NodeLane known = routes[slot];
        if (known != null) {
            return Optional.of(known);
        }
        Optional<NodeLane> found = owners.apply(slot).flatMap(this::laneOf);
        found.ifPresent(lane -> routes[slot] = lane);
        return found;
    }

    private Optional<NodeLane> laneOf(Node node) {
        NodeLane known = lanes.get(node);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<NodeLane> made = node.lanes().lane(loop).map(lane -> new NodeLane(node, lane));
        made.ifPresent(lane -> lanes.put(node, lane));
        return made;
    }

    private void give(NodeLane lane, PendingCommand command) {
        if (lane.take(command)) {
            touched.add(lane);
        }
    }

    @Override
    public void onDrained(long now, long waitedNanos) {
        flush(now, waitedNanos);
        waitingForMap = unrouted.size();
        unknownBy.ifPresent(this::failUnlessWaitingHelps);
        if (!clock.isPlanned() && !ending) {
            clock.repeat(this::onTick, clockPeriodMillis);
        }
    }

    private void flush(long now, long waitedNanos) {
        for (int i = 0, n = touched.size(); i < n; i++) {
            touched.get(i).flush(now, waitedNanos / n);
        }
        touched.clear();
    }

    /** Acts upon what is known of the cluster now. May be called from any thread. @return when that is done */
    Future<Void> follow() {
        return run(this::onMap);
    }

    private void onMap() {
        known = true;
        unknownBy = Optional.empty();
        Arrays.fill(routes, null);
        unrouted.takeAll().forEach(this::route);
        waitingForMap = 0;
        flush(System.nanoTime(), 0);
    }

    /** Nothing is known of the cluster, and nobody could be asked. May be called from any thread. */
    void unknown(Throwable cause) {
        run(() -> onUnknown(cause));
    }

    private void onUnknown(Throwable cause) {
        if (known) {
            return;
        }
        unknownBy = Optional.of(cause);
        failUnlessWaitingHelps(cause);
    }

    /** It is tried again in any case, but callers wait for that only if they want to, and if it may change anything. */
    private void failUnlessWaitingHelps(Throwable cause) {
        if (failFast || Failures.isFinal(cause)) {
            failLater(unrouted.takeAll(), command -> cause);
            waitingForMap = 0;
        }
    }

    /** Goes on for as long as there was something to do since the last one. */
    private void onTick() {
        long moment = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(clockPeriodMillis);
        failLater(unrouted.takeOverdue(moment), command -> failures.timedOut(command, unknownBy.orElse(null)));
        waitingForMap = unrouted.size();
        if (unrouted.isEmpty()) {
            intake.releaseSpareBytes();
            clock.cancel();
        }
    }

    private void failLater(CommandQueue commands, Function<PendingCommand, Throwable> cause) {
        if (!commands.isEmpty()) {
            Guard.later(loop, () -> commands.forEach(command -> command.fail(cause.apply(command))));
        }
    }

    /** Takes nothing more, and fails what has not come to a lane. May be called from any thread. @return when that is done */
    Future<Void> close() {
        return run(() -> {
            intake.close();
            ending = true;
            clock.cancel();
            flush(System.nanoTime(), 0);
            failLater(unrouted.takeAll(), command -> failures.stopped());
            Guard.later(loop, intake::releaseSpareBytes);
        });
    }

    private Future<Void> run(Runnable action) {
        Promise<Void> promise = Promise.promise();
        try {
            loop.execute(() -> {
                action.run();
                promise.complete();
            });
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and everything with it.
            promise.complete();
        }
        return promise.future();
    }
}
