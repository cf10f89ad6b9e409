package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;

/** What can go wrong with a primary, its replicas and their sentinels. Strikes return when all is whole again. */
enum PrimaryFault implements ServerFault {

    /** A replica takes its place; it comes back as that one's. */
    KILL_PRIMARY(Effect.OUTAGE, ServerTopology.sentinel, ServerTopology.replication) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.killUntilReplaced(this);
        }
    },
    KILL_PRIMARY_AND_SENTINEL(Effect.OUTAGE, ServerTopology.sentinel) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.withoutSentinel(() -> chaos.killUntilReplaced(this));
        }
    },
    /** It comes back before anybody takes its place. */
    RESTART_PRIMARY(Effect.OUTAGE, ServerTopology.sentinel, ServerTopology.replication) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.restart(this);
        }
    },
    /** It answers nothing, until a replica has taken its place; then it takes itself for the primary still, for a while. */
    STOP_PRIMARY(Effect.OUTAGE, ServerTopology.sentinel, ServerTopology.replication) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.stopUntilReplaced(this);
        }
    },
    /** So shortly that nobody takes it for dead. */
    STOP_BRIEFLY(Effect.NONE, ServerTopology.sentinel, ServerTopology.replication) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.stop(this, millis / BRIEFLY);
        }
    },
    KILL_REPLICA(Effect.NONE, ServerTopology.sentinel, ServerTopology.replication) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.killReplica(this, millis);
        }
    },
    /** Planned; but sentinels leave the old primary one for seconds. */
    SENTINEL_FAILOVER(Effect.SWITCH, ServerTopology.sentinel) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.sentinelFailover(this);
        }
    },
    /** Planned, and the servers see to it that nothing is lost. */
    FAILOVER(Effect.NONE, ServerTopology.replication) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.failover(this);
        }
    },
    /** Planned, by hand, and without a word to anybody. */
    REPLICAOF(Effect.SWITCH, ServerTopology.replication) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.promote(this);
        }

        /** Readers are answered by the old primary until it refuses a write; those behind them may be refused. */
        @Override
        public Duration longest(Profile profile, Duration outage) {
            return TOLD;
        }
    },
    KILL_SENTINEL(Effect.NONE, ServerTopology.sentinel) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.killSentinel(this, millis);
        }
    },
    SENTINELS_UNREACHABLE(Effect.NONE, ServerTopology.sentinel) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.cutOffSentinels(this, millis);
        }
    },
    /** Clients lose all connections to the primary. */
    RESET(Effect.INTERRUPTION, ServerTopology.sentinel, ServerTopology.replication) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.cutOff(this, 0, FaultProxy::reset, proxy -> {
            });
        }
    },
    /** Clients have connections to the primary that nothing comes of. */
    HALF_OPEN(Effect.INTERRUPTION, ServerTopology.sentinel, ServerTopology.replication) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.cutOff(this, millis, FaultProxy::halfOpen, FaultProxy::resetHalfOpen);
        }
    },
    /** Clients lose all connections to the primary, and get no new ones for a while; its sentinels see nothing of that. */
    UNREACHABLE(Effect.INTERRUPTION, ServerTopology.sentinel, ServerTopology.replication) {
        @Override
        void strike(PrimaryChaos chaos, int millis) {
            chaos.cutOff(this, millis, proxy -> {
                proxy.refuse(true);
                proxy.reset();
            }, proxy -> proxy.refuse(false));
        }
    };

    /** Until all clients have heard of a new primary that all sentinels know of, or all servers if there are no sentinels. */
    static final Duration TOLD = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofMillis(1500);
    private static final int BRIEFLY = 4;

    /** What users may notice. */
    private enum Effect {
        /** Nothing at all. */
        NONE,
        /** Commands wait, or fail as sent. */
        INTERRUPTION,
        /** Writes that the old primary has acknowledged may be gone. */
        SWITCH,
        /** Both. */
        OUTAGE
    }

    private final Effect effect;
    private final Set<ServerTopology> topologies;

    PrimaryFault(Effect effect, ServerTopology first, ServerTopology... more) {
        this.effect = effect;
        this.topologies = EnumSet.of(first, more);
    }

    final boolean happensTo(ServerTopology topology) {
        return topologies.contains(topology);
    }

    /** @param millis for how long, for those that have a length */
    abstract void strike(PrimaryChaos chaos, int millis);

    @Override
    public final boolean interrupts() {
        return effect == Effect.INTERRUPTION || effect == Effect.OUTAGE;
    }

    @Override
    public final Optional<Duration> undoes() {
        return effect == Effect.SWITCH || effect == Effect.OUTAGE ? Optional.of(TOLD) : Optional.empty();
    }

    /** What is silent is noticed by then at the latest. */
    @Override
    public Duration longest(Profile profile, Duration outage) {
        if (!interrupts()) {
            return Duration.ZERO;
        }
        boolean noticedLater = profile.livenessTimeout().compareTo(outage) > 0;
        return (noticedLater ? profile.livenessTimeout() : outage).plus(GRACE);
    }
}
