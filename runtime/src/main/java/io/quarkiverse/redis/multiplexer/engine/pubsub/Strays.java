package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.List;
import java.util.Optional;

/**
 * Moves sharded channels that are in force at a node that does not have their slot, and whose server has not ended them, as
 * servers do: it may not know. What is known here may be the older news, so it is looked at only when there has been time for
 * the server to say so; a wrong guess costs a gap, which is told. Used on the event loop of the hub.
 */
final class Strays {

    private static final long SETTLING_MILLIS = 500;

    private enum State {
        IDLE,
        PLANNED
    }

    private final Subscriptions subscriptions;
    private final MemberConnections members;
    private final ClusterNodes nodes;
    private final Retries.Scheduler scheduler;
    private final Runnable moved;
    private State state = State.IDLE;

    /** @param moved run when some may have been */
    Strays(Subscriptions subscriptions, MemberConnections members, ClusterNodes nodes, Retries.Scheduler scheduler,
            Runnable moved) {
        this.subscriptions = subscriptions;
        this.members = members;
        this.nodes = nodes;
        this.scheduler = scheduler;
        this.moved = moved;
    }

    /** Slots may have other owners: looks soon. */
    void lookSoon() {
        if (state == State.IDLE) {
            scheduler.schedule(this::look, SETTLING_MILLIS);
            state = State.PLANNED;
        }
    }

    private void look() {
        state = State.IDLE;
        for (Subscription subscription : subscriptions.table()
                .all(each -> each.kind == SubscriptionKind.SHARD && each.isInForce())) {
            HubConnection current = (HubConnection) subscription.server().orElseThrow();
            Optional<ClusterNodes.Member> owner = nodes.owner(subscription.slot);
            if (owner.isPresent() && !owner.equals(members.member(current))) {
                subscriptions.lose(List.of(subscription), current.failures());
            }
        }
        moved.run();
    }
}
