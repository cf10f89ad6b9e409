package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RoutingStatus;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.lane.Intake;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * All commands of one event loop to a cluster. They come in through one {@link Intake}, in their order, and are handed to the
 * lanes of the nodes that have their keys, which live on the same event loop. So nothing that is learned about the cluster
 * can bring the commands of a caller to one key out of order: it is acted upon here, between two commands.
 * <p>
 * Until it is known who has which slot, commands wait here ({@link Unrouted}). Those of a slot that goes from one node to
 * another wait until nothing of it is outstanding ({@link SlotHolds}).
 */
final class ClusterLoop implements Intake.Owner, NodeLane.Owner, ReplicaRoutes.Owner, SlotHolds.Owner, LoopNodes.Owner {

    private final EventLoop loop;
    private final Routes.Knowledge knowledge;
    private final Intake intake;
    private final LoopTimer clock;
    private final long clockPeriodMillis;
    private final boolean failFast;
    private final Unrouted unrouted;
    private final RoutingMetrics figures;
    /** Where what has no key goes. */
    private final int anySlot;

    // What follows is used on the event loop only.

    private final FailingSoon failing;
    private final Routes routes;
    /** Empty if all reads go to primaries. */
    private final Optional<ReplicaRoutes> reads;
    private final SlotHolds holds;
    private final Planning planning;
    private final JointAdmission admission;
    private boolean flushPlanned;
    private boolean known;
    private boolean ending;

    /**
     * @param index how many others were made before
     * @param bytes counts those of the whole client
     */
    ClusterLoop(Vertx vertx, int index, EventLoop loop, Routes.Knowledge knowledge, ClientSettings settings, Failures failures,
            PendingBytes bytes) {
        MultiplexerOptions options = settings.multiplexer();
        this.loop = loop;
        this.knowledge = knowledge;
        this.failFast = options.getUnavailable() == UnavailablePolicy.FAIL_FAST;
        this.clockPeriodMillis = settings.clockPeriodMillis();
        this.unrouted = new Unrouted(failFast);
        this.figures = new RoutingMetrics(unrouted);
        this.intake = new Intake(loop, this, options, failures, figures, bytes);
        this.clock = new LoopTimer(loop);
        this.failing = new FailingSoon(loop, failures, figures, this::owner);
        this.routes = new Routes(loop, knowledge, this);
        this.reads = knowledge.replicas()
                .map(replicas -> new ReplicaRoutes(index, loop, knowledge, replicas, this, options, System::nanoTime));
        this.holds = new SlotHolds(this, knowledge::keepsOrder, failing, new LoopTimer(loop),
                options.getMaxPending());
        this.admission = new JointAdmission(this::hasRoom, failing);
        this.planning = new Planning(VertxAccess.newContext(vertx, loop),
                new LoopNodes(knowledge, this, failing, admission, options.getCommandTimeout().toNanos()), this,
                knowledge.commands(), failing, failures, options.getMaxPending());
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

    /** Those that are on a lane, or wait for their slot, are counted there: one node's trouble must not fill up this. */
    @Override
    public int pendingOnLoop() {
        return unrouted.size();
    }

    /** Of what is on no lane, as it was at the latest look at deadlines. May be called from any thread. */
    RoutingStatus status() {
        return figures.status(intake.arriving());
    }

    @Override
    public void accept(PendingCommand command) {
        if (!known && knowledge.map() != SlotMap.EMPTY) {
            onMap();
        }
        if (known) {
            send(command);
        } else {
            unrouted.add(command);
        }
    }

    private void send(PendingCommand command) {
        List<PendingCommand> units = command.units();
        if (units.isEmpty()) {
            sendOne(command);
        } else if (admission.admits(command, units)) {
            units.forEach(failing.each(this::sendOne));
        }
    }

    private void sendOne(PendingCommand command) {
        int slot = knowledge.slot(command);
        if (slot >= 0) {
            send(slot, command);
        } else {
            planning.plan(slot, command);
        }
    }

    private boolean hasRoom(PendingCommand command) {
        int slot = knowledge.slot(command);
        if (slot < 0 || planning.isHolding(slot)) {
            return planning.hasRoom();
        }
        return holds.isHolding(slot) ? holds.hasRoom(slot) : routes.to(slot).map(RoutedLane::hasRoom).orElse(true);
    }

    @Override
    public void send(int slot, PendingCommand command) {
        if (planning.isHolding(slot)) {
            planning.plan(slot, command);
        } else if (reads.isEmpty() || holds.isHolding(slot) || !reads.get().take(slot, command)) {
            sendToPrimary(slot, command);
        }
    }

    private void sendToPrimary(int slot, PendingCommand command) {
        if (holds.isHolding(slot)) {
            holds.add(slot, command);
        } else {
            give(routes.to(slot), command);
        }
    }

    @Override
    public void send(SocketAddress node, PendingCommand command) {
        give(lane(node), command);
    }

    @Override
    public int anySlot() {
        return anySlot;
    }

    @Override
    public void flushSoon() {
        if (!flushPlanned) {
            loop.execute(() -> {
                flushPlanned = false;
                flush();
            });
            flushPlanned = true;
        }
    }

    private void give(Optional<NodeLane> lane, PendingCommand command) {
        if (lane.isPresent()) {
            routes.give(lane.get(), command);
        } else {
            failing.asStopped(command);
        }
    }

    private Optional<Node> owner(PendingCommand command) {
        int slot = slot(command);
        return slot < 0 ? Optional.empty() : knowledge.primary(slot).flatMap(knowledge::node);
    }

    @Override
    public void onDrained(long now, long waitedNanos) {
        routes.flush(now, waitedNanos);
        if (!known) {
            unrouted.onDrained(failing::asUnavailable);
        }
        tickSoon();
    }

    /** Acts upon what is known of the cluster now. May be called from any thread. @return when that is done */
    Future<Void> follow() {
        return LoopTask.run(loop, "a change of the cluster", this::onMap);
    }

    private void onMap() {
        if (ending) {
            // Nobody would look after what waits for another node. The lanes see to what they have.
            return;
        }
        long now = System.nanoTime();
        known = true;
        for (NodeLane lane : routes.forgetAll(now)) {
            for (int slot : lane.slots()) {
                // Looked up once: it may change at any moment, and what is sent next must not go elsewhere unnoticed.
                if (knowledge.owner(slot).filter(owner -> owner != lane.node()).isPresent()) {
                    holds.leave(lane, slot);
                } else {
                    routes.keep(slot, lane);
                }
            }
        }
        unrouted.release(failing.each(this::send));
        holds.endPauses(now);
        reads.ifPresent(ReplicaRoutes::follow);
        routes.flush(now, 0);
        tickSoon();
    }

    /** Nothing is known of the cluster, and nobody could be asked. May be called from any thread. */
    void unknown(Throwable cause) {
        LoopTask.run(loop, "that nothing is known of the cluster", () -> {
            if (!known) {
                unrouted.unknown(cause, failing::asUnavailable);
            }
        });
    }

    @Override
    public int slot(PendingCommand command) {
        int slot = knowledge.slot(command);
        return slot >= 0 || slot == Slot.OF_NODE ? slot : anySlot;
    }

    @Override
    public Optional<Verdict> verdict(ErrorType error, SocketAddress from) {
        return knowledge.verdict(error, from);
    }

    @Override
    public boolean wants(PendingCommand command, Verdict verdict) {
        verdict.suspicion().ifPresent(knowledge::suspect);
        return !(failFast && verdict.isOutage()) && slot(command) >= 0;
    }

    @Override
    public void takeBack(NodeLane lane, PendingCommand command, Verdict verdict) {
        int own = slot(command);
        int slot = verdict.slot().orElse(own);
        if (verdict.kind() == Verdict.Kind.FOLLOW) {
            knowledge.moved(slot, verdict.target().orElseThrow());
            routes.forget(slot);
        }
        reads.filter(there -> verdict.tellsOfMove()).ifPresent(there -> there.stay(slot, verdict));
        if (ending) {
            failing.asStopped(command);
        } else if (slot != own && verdict.target().isPresent()) {
            holds.takeUnplaced(slot, command, verdict);
        } else {
            holds.takeBack(lane, own, command, verdict);
            tickSoon();
        }
    }

    @Override
    public void onProgress() {
        if (!holds.isEmpty()) {
            holds.advance(System.nanoTime());
        }
    }

    private void tickSoon() {
        if (!clock.isPlanned() && !ending) {
            clock.repeat("a look at deadlines", this::onTick, clockPeriodMillis);
        }
    }

    /** Goes on for as long as there was something to do since the last one. */
    private void onTick() {
        long now = System.nanoTime();
        long moment = now + TimeUnit.MILLISECONDS.toNanos(clockPeriodMillis);
        unrouted.takeOverdue(moment, command -> failing.asOverdue(command, unrouted.unknownBy()));
        planning.takeOverdue(moment, command -> failing.asOverdue(command, Optional.empty()));
        holds.expire(moment);
        holds.advance(now);
        routes.endFarewells(now);
        figures.waiting(planning.size() + holds.size());
        if (unrouted.isEmpty() && planning.size() == 0 && holds.isEmpty() && !routes.hasLeft()) {
            intake.releaseSpareBytes();
            clock.cancel();
        }
    }

    @Override
    public Optional<NodeLane> route(int slot) {
        return routes.to(slot);
    }

    @Override
    public Optional<NodeLane> lane(SocketAddress node) {
        return knowledge.node(node).flatMap(routes::to);
    }

    @Override
    public void give(RoutedLane lane, PendingCommand command) {
        routes.give(lane, command);
    }

    @Override
    public void sendToPrimary(PendingCommand read) {
        sendToPrimary(slot(read), read);
        flushSoon();
    }

    @Override
    public void flush() {
        routes.flush(System.nanoTime(), 0);
    }

    /** Takes nothing more, and fails what has not come to a lane. May be called from any thread. @return when that is done */
    Future<Void> close() {
        return LoopTask.run(loop, "the end", () -> {
            intake.close();
            ending = true;
            clock.cancel();
            flush();
            holds.close();
            planning.takeAll(failing::asStopped);
            unrouted.release(failing::asStopped);
            figures.waiting(0);
            Guard.later(loop, intake::releaseSpareBytes);
        });
    }
}
