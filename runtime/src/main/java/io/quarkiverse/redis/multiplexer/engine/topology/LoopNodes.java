package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ServerCommands;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/** The nodes of a cluster for what is carried out in several steps or parts, on one event loop. */
final class LoopNodes implements ClusterNodes {

    /** All commands of the event loop. */
    interface Owner {

        /** Sends a command to who has the slot. */
        void send(int slot, PendingCommand command);

        /** Sends a command to a node. */
        void send(SocketAddress node, PendingCommand command);

        /** The slot whose owner gets what has no key. */
        int anySlot();

        /** Has written what has been sent, when this turn is over. */
        void flushSoon();
    }

    private final Routes.Knowledge knowledge;
    private final Owner owner;
    private final FailingSoon failing;
    private final JointAdmission admission;
    private final long commandTimeoutNanos;

    LoopNodes(Routes.Knowledge knowledge, Owner owner, FailingSoon failing, JointAdmission admission,
            long commandTimeoutNanos) {
        this.knowledge = knowledge;
        this.owner = owner;
        this.failing = failing;
        this.admission = admission;
        this.commandTimeoutNanos = commandTimeoutNanos;
    }

    @Override
    public SlotMap map() {
        return knowledge.map();
    }

    @Override
    public Optional<SocketAddress> owner(int slot) {
        return knowledge.primary(slot);
    }

    @Override
    public boolean admit(PendingCommand command, List<? extends PendingCommand> parts) {
        return admission.admits(command, parts);
    }

    @Override
    public void submit(PendingCommand command) {
        int slot = command.slot(ServerCommands.UNASKED);
        limitTime(command);
        owner.send(slot < 0 ? owner.anySlot() : slot, command);
        owner.flushSoon();
    }

    @Override
    public void submit(SocketAddress node, PendingCommand command) {
        limitTime(command);
        owner.send(node, command);
        owner.flushSoon();
    }

    @Override
    public void refuse(PendingCommand command, ErrorType error) {
        failing.asError(command, error);
    }

    private void limitTime(PendingCommand command) {
        if (!command.isTimed()) {
            command.mustEndBy(System.nanoTime() + commandTimeoutNanos);
        }
    }

    @Override
    public void doubt() {
        knowledge.suspect(Suspicion.CLUSTERDOWN);
    }
}
