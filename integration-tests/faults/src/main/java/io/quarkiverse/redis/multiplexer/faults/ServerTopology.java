package io.quarkiverse.redis.multiplexer.faults;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;

/** What a client is a client of. */
public enum ServerTopology {

    /** One server, which has a run of its own. */
    standalone {
        @Override
        Stage open(ClientKind kind, int inFlight, Profile profile, RedisBinary binary) {
            throw new UnsupportedOperationException("No server takes another's place");
        }
    },
    cluster {
        @Override
        Stage open(ClientKind kind, int inFlight, Profile profile, RedisBinary binary) {
            return new ClusterArena(kind, inFlight, profile, binary);
        }
    },
    /** A primary, its replicas, and sentinels that watch them. */
    sentinel {
        @Override
        Stage open(ClientKind kind, int inFlight, Profile profile, RedisBinary binary) {
            return new PrimaryArena(this, kind, inFlight, profile, binary);
        }
    },
    /** A primary and its replicas, and somebody who makes others the primary by hand. */
    replication {
        @Override
        Stage open(ClientKind kind, int inFlight, Profile profile, RedisBinary binary) {
            return new PrimaryArena(this, kind, inFlight, profile, binary);
        }
    };

    /** @param inFlight how many calls the client is given at a time */
    abstract Stage open(ClientKind kind, int inFlight, Profile profile, RedisBinary binary);
}
