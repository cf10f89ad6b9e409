package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.List;

import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.pubsub.ClusterNodes.Member;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * What one member of a cluster answers: about sharded channels to the hub, about everything else to {@link EveryPrimary}. The
 * cluster hears of what says that something about it has changed. Used on the event loop of the hub.
 */
final class MemberAnswers implements Exchanges.Listener {

    private final Member member;
    private final ClusterNodes nodes;
    private final Subscriptions subscriptions;
    private final Exchanges.Listener everyPrimary;

    MemberAnswers(Member member, ClusterNodes nodes, Subscriptions subscriptions, Exchanges.Listener everyPrimary) {
        this.member = member;
        this.nodes = nodes;
        this.subscriptions = subscriptions;
        this.everyPrimary = everyPrimary;
    }

    private Exchanges.Listener listener(Subscription subscription) {
        return subscription.kind == SubscriptionKind.SHARD ? subscriptions : everyPrimary;
    }

    @Override
    public void confirmed(Subscription subscription, Change change) {
        listener(subscription).confirmed(subscription, change);
    }

    @Override
    public void refused(List<Subscription> names, Change change, ErrorType error) {
        ServerError meaning = ServerError.of(error);
        if (meaning == ServerError.MOVED || meaning.remedy().waitingHelps()) {
            nodes.onRefused(member, error);
        }
        if (meaning == ServerError.MOVED) {
            subscriptions.redirected(names, change);
        } else {
            listener(names.get(0)).refused(names, change, error);
        }
    }
}
