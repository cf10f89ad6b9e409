package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/**
 * The nodes of a cluster, for one command of one caller. What is submitted here in one turn keeps its place among the caller's
 * other commands, reaches each node in one flush, and ends once, on any thread: within its deadline if it has got one already,
 * else within that of commands that are submitted now. The methods throw nothing: what cannot be sent is failed.
 */
interface ClusterNodes {

    /**
     * The shards as far as they are known now: all that have slots, and those without whose primary is not known to have
     * failed.
     * Never empty.
     */
    List<Shard> shards();

    /** The shard that has the slot as far as it is known now; some other one if nobody is known to have it. */
    Shard owner(int slot);

    /** To the owner of a slot, wherever that is by then. */
    void toSlot(int slot, PendingCommand command);

    /** To the primary of a shard. If another node takes its place before the command has been executed, to that. */
    void toPrimary(Shard shard, PendingCommand command);

    /** To a replica, which is not expected to execute what writes. */
    void toReplica(Shard.Member replica, PendingCommand command);

    /** To one primary, always the same for one event loop as long as it is there. */
    void anywhere(PendingCommand command);
}
