package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.BitSet;
import java.util.Optional;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.CrossSlot;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ServerCommands;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;

/**
 * The commands of one event loop that have not all of their keys in one slot, or have none. Those whose keys the client does
 * not know wait, in order, until a server has {@linkplain ToldCommands told} which they are; and so does what comes behind one
 * of them whose key is in the slot of one of its arguments. Nothing else waits for that. Used on that event loop.
 */
final class Planning {

    private final EventLoop loop;
    private final Context context;
    private final LoopNodes nodes;
    private final LoopNodes.Owner owner;
    private final ToldCommands told;
    private final FailingSoon failing;
    private final Failures failures;
    private final int maxPending;
    private final CommandQueue waiting = new CommandQueue();
    /** The slots in which those that wait may have keys. */
    private final BitSet waitingSlots = new BitSet();

    /**
     * @param context of the event loop
     * @param maxPending how many commands may wait
     */
    Planning(Context context, LoopNodes nodes, LoopNodes.Owner owner, ToldCommands told, FailingSoon failing,
            Failures failures, int maxPending) {
        this.loop = VertxAccess.eventLoop(context);
        this.context = context;
        this.nodes = nodes;
        this.owner = owner;
        this.told = told;
        this.failing = failing;
        this.failures = failures;
        this.maxPending = maxPending;
    }

    /** How many commands wait. */
    int size() {
        return waiting.size();
    }

    /** Whether one more command may wait. */
    boolean hasRoom() {
        return waiting.size() < maxPending;
    }

    /** Sends a command to where it belongs, or fails it. @param slot of it: a negative one, or one that {@link #isHolding} */
    void plan(int slot, PendingCommand command) {
        Optional<ServerCommands> enough = enough(slot);
        if (enough.isPresent()) {
            send(slot == Slot.UNKNOWN ? command.slot(enough.get()) : slot, command, enough.get());
        } else if (command.hasPlace() || hasRoom()) {
            await(slot, command);
        } else {
            failing.asRefused(command);
        }
    }

    /** What is known, if that is enough for a command with this slot; empty if it has to wait. */
    private Optional<ServerCommands> enough(int slot) {
        if (slot < 0 && slot != Slot.UNKNOWN) {
            return Optional.of(ServerCommands.UNASKED);
        }
        return waiting.isEmpty() ? told.known() : Optional.empty();
    }

    private void await(int slot, PendingCommand command) {
        boolean first = waiting.isEmpty();
        if (first) {
            waitingSlots.clear();
        }
        if (slot < 0) {
            command.single().ifPresentOrElse(
                    single -> single.arguments().forEach(argument -> waitingSlots.set(Slot.of(argument, 0, argument.length))),
                    () -> waitingSlots.set(0, Slot.COUNT));
        }
        waiting.addLast(command);
        if (first) {
            told.ask(context).onSuccess(this::onTold);
        }
    }

    /** Whether a command that waits may have a key in this slot. */
    boolean isHolding(int slot) {
        return !waiting.isEmpty() && waitingSlots.get(slot);
    }

    private void onTold(ServerCommands commands) {
        LoopTask.run(loop, "what commands a server knows", () -> {
            Consumer<PendingCommand> sender = failing.each(command -> sendOn(command, commands));
            waiting.takeAll().handTo(sender);
            owner.flushSoon();
        });
    }

    private void sendOn(PendingCommand command, ServerCommands commands) {
        int slot = command.slot(ServerCommands.UNASKED);
        if (slot >= 0) {
            owner.send(slot, command);
        } else {
            send(command.slot(commands), command, commands);
        }
    }

    private void send(int slot, PendingCommand command, ServerCommands commands) {
        Optional<SingleCommand> single = command.single();
        if (slot >= 0 && single.isEmpty()) {
            owner.send(slot, command);
        } else if (single.isEmpty() && slot == Slot.SEVERAL) {
            failing.asError(command, CrossSlot.error(failures.subject(), command, commands, ""));
        } else if (single.isEmpty() || command.runsElsewhere() && slot != Slot.SEVERAL) {
            owner.send(owner.anySlot(), command);
        } else {
            keepTime(command, single.get());
            PlanRun.start(single.get(), Planner.of(single.get(), slot, commands, failures.subject()), nodes, failures);
        }
    }

    private static void keepTime(PendingCommand command, SingleCommand single) {
        if (command.hasPlace()) {
            single.takePlaceIn(command);
        } else if (command.isLimited()) {
            single.mustEndBy(command.deadline());
        }
    }

    /** Takes out those that are overdue at {@code moment}. */
    void takeOverdue(long moment, Consumer<PendingCommand> taker) {
        waiting.takeOverdue(moment).handTo(taker);
    }

    /** The end: takes out all. */
    void takeAll(Consumer<PendingCommand> taker) {
        waiting.takeAll().handTo(taker);
    }
}
