package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisReplicas;

/**
 * Where reads are to go: to replicas only, or to their primary as well, as long as one of them is fit; and to those in one zone
 * first.
 *
 * @param zone empty if it makes no difference
 */
record ReadPolicy(RedisReplicas mode, String zone) {

    /**
     * The nodes that the reads of a shard go to, by turns.
     *
     * @param replicas none if reads can go to the primary only
     * @param withPrimary whether it has its turn, too
     */
    record Targets(List<SocketAddress> replicas, boolean withPrimary) {
    }

    static ReadPolicy of(ClientSettings settings) {
        return new ReadPolicy(settings.redis().getUseReplicas(), settings.multiplexer().getReadZone());
    }

    /** Whether it is nothing out of the ordinary that a primary is read from. */
    boolean sharesWithPrimary() {
        return mode == RedisReplicas.SHARE;
    }

    boolean hasZone() {
        return !zone.isEmpty();
    }

    /**
     * The nodes for the reads of a shard.
     *
     * @param fit those that have proved to have the data of their primary
     * @param zones that nodes have told themselves
     */
    Targets choose(Shard shard, Set<SocketAddress> fit, Map<SocketAddress, String> zones) {
        List<Member> candidates = new ArrayList<>();
        shard.replicas().stream().filter(replica -> isToldWell(replica) && fit.contains(replica.address()))
                .forEach(candidates::add);
        if (sharesWithPrimary()) {
            candidates.add(shard.primary());
        }
        if (hasZone() && candidates.stream().anyMatch(member -> isNear(member, zones))) {
            candidates.removeIf(member -> !isNear(member, zones));
        }
        boolean withPrimary = candidates.remove(shard.primary());
        return new Targets(candidates.stream().map(Member::address).toList(), withPrimary);
    }

    /** Whether other nodes have nothing against it. */
    static boolean isToldWell(Member replica) {
        return replica.health() == Health.ONLINE || replica.health() == Health.UNKNOWN;
    }

    private boolean isNear(Member member, Map<SocketAddress, String> zones) {
        String told = member.zone().isEmpty() ? zones.getOrDefault(member.address(), "") : member.zone();
        return told.equals(zone);
    }
}
