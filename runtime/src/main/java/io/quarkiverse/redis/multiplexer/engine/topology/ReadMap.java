package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.vertx.core.net.SocketAddress;

/**
 * Which nodes the reads of which slots go to, as it is known at one moment. Immutable: a newer one takes its place as a whole.
 *
 * @param fit the replicas that have proved to have the data of their primary
 * @param zones that nodes have told themselves
 */
record ReadMap(ReadPolicy policy, SlotMap slots, Set<SocketAddress> fit, Map<SocketAddress, String> zones) {

    /** Nothing is known. */
    static ReadMap empty(ReadPolicy policy) {
        return new ReadMap(policy, SlotMap.EMPTY, Set.of(), Map.of());
    }

    /** The shard that has the slot, if anybody has. */
    Optional<Shard> shard(int slot) {
        return slots.shard(slot);
    }

    ReadPolicy.Targets targets(Shard shard) {
        return policy.choose(shard, fit, zones);
    }

    /** All replicas, whatever they are good for. */
    Set<SocketAddress> replicas() {
        return slots.shards().stream().flatMap(shard -> shard.replicas().stream()).map(Member::address)
                .collect(Collectors.toSet());
    }

    /** The replicas of a primary. */
    Set<SocketAddress> replicasOf(SocketAddress primary) {
        return slots.shards().stream().filter(shard -> shard.primary().address().equals(primary))
                .flatMap(shard -> shard.replicas().stream()).map(Member::address).collect(Collectors.toSet());
    }

    /** Whether a replica has proved to be fit that other nodes have told not to be well. */
    boolean contradictsHealth() {
        return slots.shards().stream().flatMap(shard -> shard.replicas().stream())
                .anyMatch(replica -> !ReadPolicy.isToldWell(replica) && fit.contains(replica.address()));
    }
}
