package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

import io.vertx.core.net.SocketAddress;

/**
 * The replicas that reads may go to, and when which of them is to be asked whether it is fit for that: those that are every
 * other second, those that are not twice as often, and any at once if there is reason to. Knows neither connections nor slots.
 * Of each there is one question at a time. An answer counts if nothing has spoken against the replica since it was asked.
 * <p>
 * States: {@link ReplicaState}. Used on one event loop. Times are in nanoseconds, on the clock of {@link System#nanoTime()}.
 */
final class ReplicaTable {

    private static final long FIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);
    private static final long UNFIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** After evidence, a server is given a moment to become another one. */
    private static final long DOUBT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final class Entry {

        private ReplicaState state = ReplicaState.UNPROVED;
        /** Of what comes next. */
        private long dueAt;
        private boolean asked;
        /** Whether something has spoken against it since it was asked. */
        private boolean doubted;

        Entry(long dueAt) {
            this.dueAt = dueAt;
        }

        /** @return whether it is another one than before */
        boolean become(ReplicaState next) {
            if (next == state) {
                return false;
            }
            if (!state.canBecome(next)) {
                throw new IllegalStateException("A replica does not go from " + state + " to " + next);
            }
            state = next;
            return true;
        }
    }

    private final LongUnaryOperator random;
    private final Map<SocketAddress, Entry> byAddress = new LinkedHashMap<>();

    /** @param random a number from 0 on and below the one given */
    ReplicaTable(LongUnaryOperator random) {
        this.random = random;
    }

    /** There are these, and no others. New ones are asked at once. @return whether one that was fit is gone */
    boolean follow(Set<SocketAddress> replicas, long now) {
        Set<SocketAddress> before = fit();
        byAddress.keySet().retainAll(replicas);
        replicas.forEach(replica -> byAddress.computeIfAbsent(replica, added -> new Entry(now)));
        return !before.equals(fit());
    }

    /** Those that are to be asked now. The answer is told by {@link #answered}, whatever it is. */
    List<SocketAddress> takeDue(long now) {
        List<SocketAddress> due = new ArrayList<>();
        byAddress.forEach((address, entry) -> {
            if (!entry.asked && entry.dueAt - now <= 0) {
                entry.asked = true;
                entry.doubted = false;
                due.add(address);
            }
        });
        return due;
    }

    /** When somebody is to be asked next; empty if not before an answer comes. */
    OptionalLong nextDue(long now) {
        OptionalLong delay = byAddress.values().stream().filter(entry -> !entry.asked)
                .mapToLong(entry -> entry.dueAt - now).min();
        return delay.isEmpty() ? delay : OptionalLong.of(now + delay.getAsLong());
    }

    /**
     * One that was asked has answered, or could not be asked.
     *
     * @param told {@link ReplicaState#FIT} or {@link ReplicaState#UNFIT}
     * @return whether there are other ones that are fit now
     */
    boolean answered(SocketAddress replica, ReplicaState told, long now) {
        Entry entry = byAddress.get(replica);
        if (entry == null || !entry.asked) {
            return false;
        }
        entry.asked = false;
        if (entry.doubted) {
            entry.dueAt = now + jittered(DOUBT_NANOS);
            return false;
        }
        boolean wasFit = entry.state == ReplicaState.FIT;
        entry.become(told);
        entry.dueAt = now + jittered(told == ReplicaState.FIT ? FIT_NANOS : UNFIT_NANOS);
        return wasFit != (told == ReplicaState.FIT);
    }

    /**
     * Something speaks against a replica: it has refused a read, a connection to it is lost, or it does not answer.
     *
     * @return whether there are other ones that are fit now
     */
    boolean doubt(SocketAddress replica, long now) {
        Entry entry = byAddress.get(replica);
        if (entry == null) {
            return false;
        }
        boolean wasFit = entry.state == ReplicaState.FIT;
        entry.doubted = true;
        entry.become(ReplicaState.UNFIT);
        entry.dueAt = now + jittered(DOUBT_NANOS);
        return wasFit;
    }

    /** There is reason to ask it now. */
    void hurry(SocketAddress replica, long now) {
        Entry entry = byAddress.get(replica);
        if (entry != null && !entry.asked && entry.dueAt - now > 0) {
            entry.dueAt = now;
        }
    }

    ReplicaState state(SocketAddress replica) {
        return byAddress.get(replica).state;
    }

    Set<SocketAddress> fit() {
        Set<SocketAddress> fit = new HashSet<>();
        byAddress.forEach((address, entry) -> {
            if (entry.state == ReplicaState.FIT) {
                fit.add(address);
            }
        });
        return fit;
    }

    private long jittered(long nanos) {
        return nanos + random.applyAsLong(Math.max(1, nanos * 2 / 3));
    }
}
