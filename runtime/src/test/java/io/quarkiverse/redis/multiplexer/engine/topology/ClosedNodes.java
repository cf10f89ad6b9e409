package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.core.net.SocketAddress;

/** Those of a client that is stopped: nothing is known of a cluster, and everything fails. */
class ClosedNodes implements ClusterNodes {

    @Override
    public SlotMap map() {
        return SlotMap.EMPTY;
    }

    @Override
    public Optional<SocketAddress> owner(int slot) {
        return Optional.empty();
    }

    @Override
    public boolean admit(PendingCommand command, List<? extends PendingCommand> parts) {
        return true;
    }

    @Override
    public void submit(PendingCommand command) {
        command.fail(HandNodes.FAILURES.stopped());
    }

    @Override
    public void submit(SocketAddress node, PendingCommand command) {
        command.fail(HandNodes.FAILURES.stopped());
    }

    @Override
    public void doubt() {
        throw new IllegalStateException();
    }
}
