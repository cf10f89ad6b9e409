package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** Who hears of what a node of a cluster answers; the rest is in {@link ClusterHubTest}. */
class MemberAnswersTest implements Exchanges.Listener {

    private final Vertx vertx = Vertx.vertx();
    private final HandCluster cluster = new HandCluster(vertx.getOrCreateContext(),
            ClientSettings.of("test", new RedisOptions(), new MultiplexerOptions()));
    private final FakeHub hub = new FakeHub(new MultiplexerOptions());
    private final MemberAnswers answers = new MemberAnswers(cluster.node(1), cluster, hub.subscriptions, this);
    private final Subscription channel = told(SubscriptionKind.CHANNEL);
    private final Subscription sharded = told(SubscriptionKind.SHARD);
    /** What is heard of channels that are not sharded. */
    private final List<String> heard = new ArrayList<>();

    private Subscription told(SubscriptionKind kind) {
        Subscription subscription = new Subscription(kind, "name");
        subscription.tell(hub, Change.SUBSCRIBE);
        return subscription;
    }

    @AfterEach
    void stop() throws Exception {
        RealRedis.await(vertx.close());
    }

    @Test
    void theHubHearsOfShardedChannelsAndEveryPrimaryOfOthers() {
        answers.confirmed(sharded, Change.SUBSCRIBE);
        assertEquals(Subscription.State.IN_FORCE, sharded.state());
        answers.confirmed(channel, Change.SUBSCRIBE);
        answers.refused(List.of(channel), Change.SUBSCRIBE, ErrorType.create("NOPERM no"));

        assertEquals(List.of("confirmed CHANNEL", "refused NOPERM no"), heard);
        assertEquals(List.of(), cluster.told);
    }

    @Test
    void theClusterHearsOfWhatSaysSomethingAboutIt() {
        answers.refused(List.of(sharded), Change.SUBSCRIBE, ErrorType.create("MOVED 1 host:2"));
        answers.refused(List.of(channel), Change.SUBSCRIBE, ErrorType.create("CLUSTERDOWN no"));

        assertEquals(Subscription.State.ABSENT, sharded.state());
        assertEquals(List.of("1 MOVED 1 host:2", "1 CLUSTERDOWN no"), cluster.told);
        assertEquals(List.of("refused CLUSTERDOWN no"), heard);
    }

    @Override
    public void confirmed(Subscription subscription, Change change) {
        heard.add("confirmed " + subscription.kind);
    }

    @Override
    public void refused(List<Subscription> names, Change change, ErrorType error) {
        heard.add("refused " + error.getMessage());
    }
}
