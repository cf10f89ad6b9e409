package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;

/** {@link DemotionWatch}, by itself, and as the hub of a cluster uses it. */
class DemotionWatchTest extends ClusterHubByHand {

    private static final String PATTERN = "__keyevent@0__:*";

    @Test
    void thePrimariesThatTellKeyspaceEventsAreLookedAt() throws Exception {
        Future<Void> other = call(Command.SUBSCRIBE, "channel");
        HandCluster.Node home = accept(one, two);
        say(home, confirmation("subscribe", "channel", 1));
        await(other);
        Future<Void> call = call(Command.PSUBSCRIBE, PATTERN);
        assertEquals(List.of(), cluster.looks);
        for (HandCluster.Node node : List.of(one, two)) {
            accept(node);
            say(node, confirmation("psubscribe", PATTERN, 1));
        }
        await(call);
        awaitUntil(() -> cluster.looks.containsAll(List.of("1", "2")));

        onLoop(() -> cluster.consistsOf(two));
        onLoop(cluster::change);
        onLoop(cluster.looks::clear);
        awaitUntil(() -> cluster.looks.size() >= 2);
        assertEquals(Set.of("2"), Set.copyOf(cluster.looks));
    }

    @Test
    void nobodyIsLookedAtMoreOftenThanOnceInASecond() {
        // The clock turns over.
        long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(3);
        DemotionWatch watch = new DemotionWatch(cluster, () -> List.of(one), now);
        for (int millis = 0; millis <= 5_500; millis += 100) {
            watch.look(now + TimeUnit.MILLISECONDS.toNanos(millis));
        }
        assertEquals(5, cluster.looks.size());
    }
}
