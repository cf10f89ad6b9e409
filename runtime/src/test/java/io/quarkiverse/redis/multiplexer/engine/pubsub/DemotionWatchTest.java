package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.pubsub.DemotionWatch.State;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;

/** {@link DemotionWatch}, as the hub of a cluster uses it. */
class DemotionWatchTest extends ClusterHubByHand {

    private static final String PATTERN = "__keyevent@0__:*";
    private static final int SLOT = HandCluster.slot("x");
    private static final String CHANNEL = DemotionWatch.channel(SLOT);
    private static final Map<State, Set<State>> TRANSITIONS = Map.of(
            State.UNWATCHED, EnumSet.of(State.ASKED),
            State.ASKED, EnumSet.of(State.UNWATCHED, State.WATCHED, State.MISPLACED, State.REFUSED),
            State.WATCHED, EnumSet.of(State.UNWATCHED),
            State.MISPLACED, EnumSet.of(State.UNWATCHED),
            State.REFUSED, EnumSet.of(State.UNWATCHED));

    @BeforeEach
    void oneOwnsASlot() {
        cluster.own(one, "x");
    }

    private void subscribe() throws Exception {
        Future<Void> call = call(Command.PSUBSCRIBE, PATTERN);
        accept(one);
        accept(two);
        awaitSent(one, "PSUBSCRIBE " + PATTERN, "SSUBSCRIBE " + CHANNEL);
        say(one, confirmation("psubscribe", PATTERN, 1));
        say(two, confirmation("psubscribe", PATTERN, 1));
        await(call);
    }

    private void assertNothingMoreIsSent() throws Exception {
        Thread.sleep(500);
        assertEquals(List.of(), sent(one));
    }

    @Test
    void theEndOfItsSubscriptionIsToldAndItSubscribesAgain() throws Exception {
        subscribe();
        say(one, confirmation("ssubscribe", CHANNEL, 1));
        assertNothingMoreIsSent();
        assertEquals(1, hub.size(one));
        assertFalse(cluster.told.contains("1 unsubscribed"));

        cluster.own(two, "x");
        cluster.own(one, "other");
        say(one, confirmation("sunsubscribe", CHANNEL, 0));
        assertTrue(cluster.told.contains("1 unsubscribed"));
        assertEquals(1, hub.size(one));
        awaitSent(one, "SSUBSCRIBE " + DemotionWatch.channel(HandCluster.slot("other")));
        assertEquals(List.of(), restored);
    }

    @Test
    void aServerThatRefusesIsNotAskedAgain() throws Exception {
        subscribe();
        say(one, "-ERR unknown command 'SSUBSCRIBE';");
        onLoop(cluster::change);
        assertNothingMoreIsSent();
        assertEquals(List.of(), restored);
    }

    @Test
    void aServerThatHasLostTheSlotIsAskedForAnotherOneWhenMoreIsKnown() throws Exception {
        subscribe();
        say(one, "-MOVED " + SLOT + " host:2;");
        awaitUntil(() -> cluster.told.contains("1 MOVED " + SLOT + " host:2"));
        cluster.own(one, "other");
        assertNothingMoreIsSent();
        onLoop(cluster::change);
        awaitSent(one, "SSUBSCRIBE " + DemotionWatch.channel(HandCluster.slot("other")));
    }

    @Test
    void itIsSubscribedToOnEachNewConnection() throws Exception {
        subscribe();
        say(one, confirmation("ssubscribe", CHANNEL, 1));
        lose(one);
        accept(one);
        awaitSent(one, "PSUBSCRIBE " + PATTERN, "SSUBSCRIBE " + CHANNEL);
    }

    @Test
    void channelsAreInTheSlotsThatTheyAreFor() {
        for (int slot : new int[] { 0, 1, 8_191, 16_383 }) {
            String channel = DemotionWatch.channel(slot);
            assertEquals(slot, HandCluster.slot(channel));
            assertTrue(DemotionWatch.isOwn(SubscriptionKind.SHARD, channel));
            assertFalse(DemotionWatch.isOwn(SubscriptionKind.CHANNEL, channel));
        }
    }

    @Test
    void theTransitionsAreThoseOfTheTable() {
        for (State from : State.values()) {
            for (State to : State.values()) {
                assertEquals(TRANSITIONS.get(from).contains(to), from.canBecome(to), from + " to " + to);
            }
        }
    }
}
