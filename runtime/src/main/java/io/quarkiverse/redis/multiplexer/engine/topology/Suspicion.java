package io.quarkiverse.redis.multiplexer.engine.topology;

/** The kinds of evidence that a cluster is not as it is known any more. */
enum Suspicion {

    /** A node has named another owner of a slot than was known. Commands follow it without waiting for a refresh. */
    MOVED(Need.ROUTINE),
    /** A replica is well that the nodes have told not to be. */
    RECOVERED(Need.ROUTINE),
    /** A server that was known as a primary says that it is a replica. Nobody has said where the new one is. */
    READONLY(Need.URGENT),
    /** A node says that its cluster is down, or that nobody serves the slot; or nobody is known to have it. */
    CLUSTERDOWN(Need.URGENT),
    /** No connection to a node is to be had, for a command that needs one of its own. */
    UNREACHABLE(Need.URGENT),

    /** A node has ended a subscription to a shard channel by itself, as it does when the slot moves. */
    UNSUBSCRIBED(Need.URGENT);

    /** How soon the cluster is to be asked about itself. */
    enum Need {
        /** Nothing speaks against what is known. */
        NONE,
        /** Commands find their way meanwhile. */
        ROUTINE,
        /** Commands wait for what will be known. */
        URGENT
    }

    private final Need need;

    Suspicion(Need need) {
        this.need = need;
    }

    Need need() {
        return need;
    }
}
