package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;

import io.vertx.core.net.SocketAddress;

/**
 * One primary of a cluster with its replicas, as a node of the cluster told.
 *
 * @param primary where it listens for clients like us
 * @param replicas in the order told
 */
record Shard(Member primary, List<Member> replicas) {

    /** What a node of the cluster says of another one. */
    enum Health {
        ONLINE,
        /** It is being loaded, or has not got its primary's data yet. */
        LOADING,
        FAILED,
        /** CLUSTER SLOTS does not tell; it leaves out those that have failed. */
        UNKNOWN
    }

    /**
     * One node of a cluster.
     *
     * @param zone Valkey's {@code availability-zone}; empty where there is none
     */
    record Member(SocketAddress address, Health health, String zone) {

        Member {
            Objects.requireNonNull(address);
        }
    }

    Shard {
        replicas = List.copyOf(replicas);
    }

    /** Whether primary and replicas are equal, in whichever order the latter were told. */
    boolean isSameAs(Shard other) {
        return primary.equals(other.primary) && replicas.size() == other.replicas.size()
                && new HashSet<>(replicas).equals(new HashSet<>(other.replicas));
    }
}
