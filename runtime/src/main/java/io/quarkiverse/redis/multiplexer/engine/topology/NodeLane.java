package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.lane.Lane;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/** The lane to one node of a cluster, for all commands, on one event loop. Used there. */
final class NodeLane extends RoutedLane {

    /** All commands of the event loop. */
    interface Owner {

        /** The slot with whose commands a command keeps its order; negative if it is for this node, and no other one. */
        int slot(PendingCommand command);

        /** What is to be done about a command that a node has refused; empty if its caller gets the error. */
        Optional<Verdict> verdict(ErrorType error, SocketAddress from);

        /**
         * A node has refused a command, and has not executed it.
         *
         * @return whether the command is to be taken back
         */
        boolean wants(PendingCommand command, Verdict verdict);

        /** Takes back a command that the owner {@linkplain #wants wants}. */
        void takeBack(NodeLane lane, PendingCommand command, Verdict verdict);

        /** Commands have been answered, or settled otherwise. */
        void onProgress();
    }

    private final Owner owner;

    NodeLane(Node node, Lane lane, Owner owner) {
        super(node, lane);
        this.owner = owner;
        lane.attach(this);
    }

    /** What of a slot has been sent and not been answered, as its callers know it, in order. */
    List<PendingCommand> sent(int slot) {
        List<PendingCommand> sent = new ArrayList<>();
        lane.contents().forEachSent(command -> {
            if (isOf(slot, command) && !command.isSettled()) {
                sent.add(command.core());
            }
        });
        return sent;
    }

    /** Takes out what of a slot has not been sent, as its callers know it, in order. */
    CommandQueue giveUp(int slot) {
        CommandQueue unsent = lane.contents().giveUp(command -> isOf(slot, command));
        unsent.replaceAll(PendingCommand::core);
        return unsent;
    }

    /** Whether it is the slot of what a caller waits for. */
    private boolean isOf(int slot, PendingCommand command) {
        return owner.slot(command) == slot && !command.isOwnQuestion();
    }

    /** The slots of all that it has and that has not been answered, wherever it is executed. */
    Set<Integer> slots() {
        Set<Integer> slots = new HashSet<>();
        Consumer<PendingCommand> collector = command -> {
            if (!command.isSettled() && !command.isOwnQuestion()) {
                addSlot(slots, command);
            }
        };
        // It is settled here: what its caller waits for is on another connection.
        lane.contents().detour().ifPresent(command -> addSlot(slots, command));
        lane.contents().forEachSent(collector);
        lane.contents().forEachWaiting(collector);
        return slots;
    }

    private void addSlot(Set<Integer> slots, PendingCommand command) {
        int slot = owner.slot(command);
        if (slot >= 0) {
            slots.add(slot);
        }
    }

    /** Whether nothing that it has been given is unanswered. */
    boolean isQuiet() {
        List<PendingCommand> unanswered = new ArrayList<>();
        lane.contents().forEachSent(unanswered::add);
        lane.contents().forEachWaiting(unanswered::add);
        return unanswered.isEmpty();
    }

    /** Whether the node is suspected of not answering any more. */
    boolean isSilent() {
        return lane.contents().isSilent();
    }

    /** Whether one of its commands is executed on another connection. */
    boolean isDetouring() {
        return lane.contents().detour().isPresent();
    }

    @Override
    public boolean takes(PendingCommand command, ErrorType error) {
        PendingCommand core = command.core();
        if (!command.isSingle() || core.isOwnQuestion()) {
            return false;
        }
        Optional<Verdict> verdict = owner.verdict(command.decisive(error), address()).filter(it -> owner.wants(core, it));
        verdict.ifPresent(it -> {
            if (it.kind() == Verdict.Kind.REDIAL) {
                node.onDemoted(error);
            }
            command.takeBack(error);
            if (core != command) {
                core.takeBack(error);
            }
            owner.takeBack(this, core, it);
        });
        return verdict.isPresent();
    }

    @Override
    public void onProgress() {
        owner.onProgress();
    }
}
