package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.quarkiverse.redis.multiplexer.engine.command.AskingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Response;

/** The {@linkplain SlotHold slots of one event loop} whose commands change from one lane to another. Used there. */
final class SlotHolds {

    /** Whose slots those are. */
    interface Owner {

        /** The lane to the node that is known to have the slot; none if the client is stopped. */
        Optional<NodeLane> route(int slot);

        /** The lane to a node; none if the client is stopped. */
        Optional<NodeLane> lane(SocketAddress node);

        /** Hands a command to a lane. It is written with the next {@link #flush}. */
        void give(RoutedLane lane, PendingCommand command);

        void flush();
    }

    private static final class Entry {

        private final SlotHold hold;
        /** Where what is outstanding is. */
        private NodeLane lane;

        Entry(SlotHold hold, NodeLane lane) {
            this.hold = hold;
            this.lane = lane;
        }
    }

    private final Owner owner;
    private final Predicate<PendingCommand> ordered;
    private final FailingSoon failing;
    private final LoopTimer pauses;
    private final int maxPending;
    private final IntObjectMap<Entry> bySlot = new IntObjectHashMap<>();

    /**
     * @param ordered see {@link Routes.Knowledge#keepsOrder}
     * @param maxPending how many commands of a slot may wait
     */
    SlotHolds(Owner owner, Predicate<PendingCommand> ordered, FailingSoon failing, LoopTimer pauses, int maxPending) {
        this.owner = owner;
        this.ordered = ordered;
        this.failing = failing;
        this.pauses = pauses;
        this.maxPending = maxPending;
    }

    boolean isEmpty() {
        return bySlot.isEmpty();
    }

    /** How many commands wait, of all slots. */
    int size() {
        int size = 0;
        for (Entry entry : bySlot.values()) {
            size += entry.hold.size();
        }
        return size;
    }

    /** Whether new commands of the slot have to wait. */
    boolean isHolding(int slot) {
        Entry entry = bySlot.isEmpty() ? null : bySlot.get(slot);
        return entry != null && entry.hold.isHolding();
    }

    /** Whether one more command of a slot that {@link #isHolding} may wait. */
    boolean hasRoom(int slot) {
        return bySlot.get(slot).hold.size() < maxPending;
    }

    /** Takes a new command of a slot that {@link #isHolding}, or fails it. */
    void add(int slot, PendingCommand command) {
        if (command.hasPlace() || hasRoom(slot)) {
            bySlot.get(slot).hold.add(command);
        } else {
            failing.asRefused(command);
        }
    }

    /** Takes a command that has been given to a lane, and that the node has not executed. */
    void takeBack(NodeLane lane, int slot, PendingCommand command, Verdict verdict) {
        if (!command.isSettled()) {
            drain(lane, slot, verdict).takeBack(command, verdict);
        }
    }

    /** Takes a command that has been given to a lane, and whose slot only the node knows. From now on it is of that slot. */
    void takeUnplaced(int slot, PendingCommand command, Verdict verdict) {
        if (command.isSettled()) {
            return;
        }
        Optional<NodeLane> target = verdict.target().flatMap(owner::lane);
        PendingCommand placed = command.single().<PendingCommand> map(single -> placed(slot, single)).orElse(command);
        if (target.isEmpty()) {
            failing.asStopped(command);
        } else if (verdict.kind() == Verdict.Kind.ASK) {
            AskingCommand asking = new AskingCommand(placed);
            owner.give(target.get(), asking);
            // Others of the slot may be on that lane.
            placed.order = asking.order;
        } else if (isHolding(slot)) {
            add(slot, placed);
        } else {
            owner.give(target.get(), placed);
        }
        owner.flush();
    }

    private static PendingCommand placed(int slot, SingleCommand command) {
        Promise<Response> answer = Promise.promise();
        SingleCommand placed = command.part(command.part(0), slot, answer);
        placed.takePlaceIn(command);
        answer.future().onSuccess(command::onReply).onFailure(command::fail);
        return placed;
    }

    /** From now on, nothing of the slot is sent until what is outstanding on the lane has been answered. */
    private SlotHold drain(NodeLane lane, int slot, Verdict verdict) {
        Entry entry = bySlot.get(slot);
        if (entry == null) {
            entry = new Entry(new SlotHold(slot, ordered, verdict, lane.sent(slot)), lane);
            bySlot.put(slot, entry);
            entry.hold.addUnsent(lane.giveUp(slot));
        } else if (!entry.hold.isHolding()) {
            entry.hold.drainAgain(verdict, lane.sent(slot));
            entry.lane = lane;
            entry.hold.addUnsent(lane.giveUp(slot));
        }
        return entry.hold;
    }

    /** What is known of the cluster has changed: commands of the slot must not stay on the lane. */
    void leave(NodeLane lane, int slot) {
        drain(lane, slot, Verdict.ofMap()).leave(Verdict.ofMap());
    }

    /** What is known of the cluster has changed. */
    void endPauses(long now) {
        bySlot.values().forEach(entry -> entry.hold.endPause(now));
        advance(now);
    }

    /** Looks for what has become of commands on lanes, and of time. */
    void advance(long now) {
        if (bySlot.isEmpty()) {
            return;
        }
        for (Entry entry : new ArrayList<>(bySlot.values())) {
            advance(entry, now);
            if (entry.hold.isOver()) {
                bySlot.remove(entry.hold.slot());
            }
        }
        owner.flush();
        planPauseEnd(now);
    }

    private void advance(Entry entry, long now) {
        SlotHold hold = entry.hold;
        switch (hold.state()) {
            case DRAINING -> {
                Consumer<PendingCommand> taker = hold::takeBack;
                entry.lane.giveUp(hold.slot()).handTo(taker);
                if (hold.isDrained() && !entry.lane.isDetouring()) {
                    onDrained(entry, now);
                }
            }
            case PAUSING -> {
                if (hold.pauseEnd() - now <= 0) {
                    sendOn(entry);
                }
            }
            case ASKING -> {
                if (hold.isDrained()) {
                    probe(entry);
                }
            }
            case PROBING -> {
                if (hold.isDrained()) {
                    pass(entry);
                }
            }
            case PASSING -> {
                // Until it is over.
            }
        }
    }

    private void onDrained(Entry entry, long now) {
        SlotHold hold = entry.hold;
        List<PendingCommand> overtaken = hold.onDrained();
        hold.verdict().error().ifPresent(error -> overtaken.forEach(command -> failing.asOvertaken(command, error)));
        long pause = hold.pauseNanos();
        if (pause > 0) {
            hold.pause(now + pause);
        } else {
            sendOn(entry);
        }
    }

    private void sendOn(Entry entry) {
        SlotHold hold = entry.hold;
        Optional<NodeLane> asked = hold.verdict().kind() == Verdict.Kind.ASK && hold.hasBack()
                ? hold.verdict().target().flatMap(owner::lane)
                : Optional.empty();
        if (asked.isPresent()) {
            entry.lane = asked.get();
            hold.ask(failing.each(
                    command -> owner.give(entry.lane, command.runsElsewhere() ? command : new AskingCommand(command))));
        } else if (hold.verdict().isAboutOne()) {
            pass(entry);
        } else {
            probe(entry);
        }
    }

    private void probe(Entry entry) {
        if (entry.hold.isEmpty()) {
            pass(entry);
        } else {
            entry.hold.probe(senderTo(entry));
        }
    }

    private void pass(Entry entry) {
        entry.hold.pass(senderTo(entry));
    }

    private Consumer<PendingCommand> senderTo(Entry entry) {
        Optional<NodeLane> lane = owner.route(entry.hold.slot());
        lane.ifPresent(to -> entry.lane = to);
        return failing.each(
                lane.<Consumer<PendingCommand>> map(to -> command -> owner.give(to, command)).orElse(failing::asStopped));
    }

    private void planPauseEnd(long now) {
        long earliest = Long.MAX_VALUE;
        for (Entry entry : bySlot.values()) {
            if (entry.hold.state() == SlotHold.State.PAUSING) {
                earliest = Math.min(earliest, Math.max(0, entry.hold.pauseEnd() - now));
            }
        }
        if (earliest < Long.MAX_VALUE) {
            pauses.plan(() -> advance(System.nanoTime()), earliest / 1_000_000 + 1);
        }
    }

    /** Fails what is overdue at {@code moment}. */
    void expire(long moment) {
        for (Entry entry : bySlot.values()) {
            entry.hold.takeOverdue(moment, command -> failing.asOverdue(command, entry.hold.verdict().error()));
        }
    }

    /** The end: fails everything. */
    void close() {
        pauses.cancel();
        bySlot.values().forEach(entry -> entry.hold.takeAll(failing::asStopped));
        bySlot.clear();
    }
}
