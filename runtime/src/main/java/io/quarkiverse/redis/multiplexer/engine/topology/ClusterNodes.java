package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The nodes of a cluster, as one event loop sends commands to them. Called on that event loop, with what callers have sent, in
 * their order, and with what follows from replies; and not before something is known of the cluster.
 * <p>
 * What is submitted ends once: within its deadline if it has one already, else within that of commands that are submitted now.
 * What is submitted in one turn reaches each node in one flush. The methods throw nothing: what cannot be sent is failed.
 */
interface ClusterNodes {

    /** As far as it is known now, without redirects since. */
    SlotMap map();

    /** The primary that has the slot as far as it is known now; empty if nobody is known to have it. */
    Optional<SocketAddress> owner(int slot);

    /**
     * Lets in all parts of a command, or none; then that fails soon.
     *
     * @param parts for the owners of their slots
     * @return whether they are to be submitted
     */
    boolean admit(PendingCommand command, List<? extends PendingCommand> parts);

    /**
     * Sends a command to the owner of its slot, wherever that is by then. One that has no slot goes to some primary, always the
     * same as long as that is there.
     */
    void submit(PendingCommand command);

    /** Sends a command to this node and no other one. */
    void submit(SocketAddress node, PendingCommand command);

    /** Fails a command of which nothing is submitted, with what a node would say. */
    default void refuse(PendingCommand command, ErrorType error) {
        command.fail(error);
    }

    /** A node has told something else than the map does: the nodes are to be asked anew. */
    void doubt();
}
