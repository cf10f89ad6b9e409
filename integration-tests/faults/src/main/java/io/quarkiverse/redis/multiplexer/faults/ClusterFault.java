package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;

/** What can go wrong with one node of a cluster. Strikes return when the cluster is whole again. */
enum ClusterFault implements ServerFault {

    /** Its replica takes its place; it comes back as that one's. */
    KILL_PRIMARY(Of.PRIMARY) {
        @Override
        void strike(ClusterChaos chaos, int millis) {
            chaos.killUntilReplaced(this);
        }

        @Override
        public Duration longest(Profile profile, Duration outage) {
            return later(DETECTION, outage.plus(GRACE));
        }
    },
    /** It comes back before anybody takes its place, and then has to wait before it accepts anything. */
    RESTART_PRIMARY(Of.PRIMARY) {
        @Override
        void strike(ClusterChaos chaos, int millis) {
            chaos.restart(this);
        }

        @Override
        public Duration longest(Profile profile, Duration outage) {
            return later(DETECTION, outage.plus(GRACE));
        }
    },
    KILL_REPLICA(Of.REPLICA) {
        @Override
        void strike(ClusterChaos chaos, int millis) {
            chaos.killReplica(this, millis);
        }
    },
    /** Planned: nobody is to notice. */
    FAILOVER(Of.ROLES) {
        @Override
        void strike(ClusterChaos chaos, int millis) {
            chaos.failover(this);
        }
    },
    /** Clients lose all connections to a node. */
    RESET(Of.NETWORK) {
        @Override
        void strike(ClusterChaos chaos, int millis) {
            chaos.cutOff(this, 0, FaultProxy::reset, proxy -> {
            });
        }

        @Override
        public Duration longest(Profile profile, Duration outage) {
            return outage.plus(GRACE);
        }
    },
    /** Clients have connections to a node that nothing comes of. */
    HALF_OPEN(Of.NETWORK) {
        @Override
        void strike(ClusterChaos chaos, int millis) {
            chaos.cutOff(this, millis, FaultProxy::halfOpen, FaultProxy::resetHalfOpen);
        }

        @Override
        public Duration longest(Profile profile, Duration outage) {
            return later(outage, profile.livenessTimeout()).plus(GRACE);
        }
    },
    /** Clients lose all connections to a node, and get no new ones for a while. */
    UNREACHABLE(Of.NETWORK) {
        @Override
        void strike(ClusterChaos chaos, int millis) {
            chaos.cutOff(this, millis, proxy -> {
                proxy.refuse(true);
                proxy.reset();
            }, proxy -> proxy.refuse(false));
        }

        @Override
        public Duration longest(Profile profile, Duration outage) {
            return outage.plus(GRACE);
        }
    };

    /** Until servers take a node for dead, that is its timeout, and until clients have heard of it. */
    static final Duration DETECTION = Duration.ofMillis(3500);
    static final Duration GRACE = Duration.ofMillis(1500);

    private enum Of {
        PRIMARY,
        REPLICA,
        ROLES,
        NETWORK
    }

    private final Of of;

    ClusterFault(Of of) {
        this.of = of;
    }

    /** A primary that is killed is not there any more when it is over. */
    @Override
    public final Optional<Duration> undoes() {
        return of == Of.PRIMARY ? Optional.of(Duration.ZERO) : Optional.empty();
    }

    @Override
    public final boolean interrupts() {
        return of == Of.PRIMARY || of == Of.NETWORK;
    }

    /** Whether it needs proxies. */
    final boolean ofNetwork() {
        return of == Of.NETWORK;
    }

    /** @param millis for how long, for those that have a length */
    abstract void strike(ClusterChaos chaos, int millis);

    @Override
    public Duration longest(Profile profile, Duration outage) {
        return Duration.ZERO;
    }

    private static Duration later(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
