package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;

/** Where the subscriptions to a cluster are, and how they move. What servers really do is in {@link ClusterHubServerTest}. */
class ClusterHubTest extends ClusterHubByHand {

    @Test
    void whatIsPublishedAnywhereIsHeardOnOneConnection() throws Exception {
        Future<Void> call = call(Command.SUBSCRIBE, "a", "b");
        HandCluster.Node home = accept(one, two);
        assertEquals(List.of("SUBSCRIBE a b"), sent(home));
        say(home, confirmation("subscribe", "a", 1) + confirmation("subscribe", "b", 2) + message("message", "a", "hello"));
        await(call);

        assertEquals(List.of("hello"), listening.texts());
        assertEquals(0, other(home).connector.attempts.size());
    }

    @Test
    void itMovesToAnotherNodeWhenItsOwnIsLost() throws Exception {
        HandCluster.Node home = subscribed("a");
        lose(home);
        HandCluster.Node next = accept(one, two);

        assertEquals(other(home), next);
        assertEquals(List.of("SUBSCRIBE a"), sent(next));
        say(next, confirmation("subscribe", "a", 1));
        awaitUntil(() -> restored.equals(List.of("host:" + home.port + " 1")));
    }

    @Test
    void nodesThatAreNotThereAreTriedOneAfterTheOther() throws Exception {
        Future<Void> call = call(Command.SUBSCRIBE, "a");
        HandCluster.Node first = awaited(one, two);
        first.refuse(new ConnectException("by hand"));
        HandCluster.Node second = accept(one, two);
        assertEquals(other(first), second);
        say(second, confirmation("subscribe", "a", 1));
        await(call);
    }

    @Test
    void itLeavesANodeThatIsNoPrimaryAnyMore() throws Exception {
        HandCluster.Node home = subscribed("a");
        onLoop(() -> cluster.consistsOf(other(home)));
        onLoop(cluster::change);
        HandCluster.Node next = accept(other(home));
        say(next, confirmation("subscribe", "a", 1));

        awaitUntil(() -> restored.equals(List.of("host:" + home.port + " 1")));
        assertFalse(home.socket.isOpen());
    }

    @Test
    void shardedChannelsGoToTheirOwnersOneSlotPerCommand() throws Exception {
        onLoop(() -> cluster.own(one, "a", "c"));
        onLoop(() -> cluster.own(two, "b"));
        Future<Void> call = call(Command.SSUBSCRIBE, "a", "{a}2", "b", "c");
        accept(one);
        accept(two);

        assertEquals(List.of("SSUBSCRIBE a {a}2", "SSUBSCRIBE c"), sent(one).stream().sorted().toList());
        assertEquals(List.of("SSUBSCRIBE b"), sent(two));
        say(two, confirmation("ssubscribe", "b", 1));
        say(one, confirmation("ssubscribe", "a", 1) + confirmation("ssubscribe", "{a}2", 2));
        assertFalse(call.isComplete());
        say(one, confirmation("ssubscribe", "c", 3));
        await(call);

        assertEquals(List.of("ssubscribe a 1", "ssubscribe {a}2 2", "ssubscribe b 3", "ssubscribe c 4"), listening.heard());
        Future<Void> end = call(Command.SUNSUBSCRIBE);
        awaitSent(one, "SUNSUBSCRIBE a {a}2", "SUNSUBSCRIBE c");
        awaitSent(two, "SUNSUBSCRIBE b");
        say(one, confirmation("sunsubscribe", "a", 2) + confirmation("sunsubscribe", "{a}2", 1)
                + confirmation("sunsubscribe", "c", 0));
        say(two, confirmation("sunsubscribe", "b", 0));
        await(end);
    }

    @Test
    void aSlotThatMovesInPlaceIsFollowedAndTheGapIsTold() throws Exception {
        subscribedShard(one, "a");
        say(one, confirmation("sunsubscribe", "a", 0));
        assertTrue(cluster.told.contains("1 ended"), cluster.told::toString);
        assertEquals(List.of("SSUBSCRIBE a"), sent(one));
        say(one, "-MOVED " + HandCluster.slot("a") + " host:2;");
        accept(two);
        assertEquals(List.of("SSUBSCRIBE a"), sent(two));
        assertTrue(restored.isEmpty());
        say(two, confirmation("ssubscribe", "a", 1) + message("smessage", "a", "hello"));

        awaitUntil(() -> restored.equals(List.of("host:1 1")));
        assertEquals(List.of(0, 1), List.of(hub.size(one), hub.size(two)));
        assertEquals(List.of(1L, 0L), List.of(hub.restorations(one), hub.restorations(two)));
        assertEquals(List.of("hello"), listening.texts());
        assertTrue(cluster.told.contains("1 MOVED " + HandCluster.slot("a") + " host:2"));
    }

    @Test
    void nodesThatSendItRoundAreAskedWithPauses() throws Exception {
        onLoop(() -> cluster.own(one, "a"));
        Future<Void> call = call(Command.SSUBSCRIBE, "a");
        accept(one);
        assertEquals(List.of("SSUBSCRIBE a"), sent(one));
        say(one, "-MOVED " + HandCluster.slot("a") + " host:2;");
        accept(two);
        for (int round = 0; round < 3; round++) {
            awaitSent(two, "SSUBSCRIBE a");
            say(two, "-MOVED " + HandCluster.slot("a") + " host:1;");
            awaitSent(one, "SSUBSCRIBE a");
            say(one, "-MOVED " + HandCluster.slot("a") + " host:2;");
        }
        awaitSent(two, "SSUBSCRIBE a");
        say(two, confirmation("ssubscribe", "a", 1));
        await(call);
    }

    @Test
    void whatIsToBeEndedWhereTheSlotIsNotHasEnded() throws Exception {
        subscribedShard(one, "a");
        Future<Void> end = call(Command.SUNSUBSCRIBE, "a");
        awaitSent(one, "SUNSUBSCRIBE a");
        say(one, "-MOVED " + HandCluster.slot("a") + " host:2;");
        await(end);
        assertEquals(List.of("ssubscribe a 1", "sunsubscribe a 0"), listening.heard());
    }

    @Test
    void aSlotWhoseOwnerIsGoneWaitsForTheNextOne() throws Exception {
        subscribedShard(one, "a");
        lose(one);
        awaited(one).refuse(new ConnectException("by hand"));
        awaitUntil(() -> cluster.told.contains("1 unreachable"));
        onLoop(() -> cluster.consistsOf(two));
        onLoop(() -> cluster.own(two, "a"));
        onLoop(cluster::change);
        accept(two);
        assertEquals(List.of("SSUBSCRIBE a"), sent(two));
        say(two, confirmation("ssubscribe", "a", 1));
        awaitUntil(() -> restored.equals(List.of("host:1 1")));
    }

    @Test
    void aSlotThatNobodyHasIsWaitedFor() throws Exception {
        Future<Void> call = call(Command.SSUBSCRIBE, "a");
        onLoop(() -> cluster.own(two, "a"));
        assertFalse(call.isComplete());
        onLoop(cluster::change);
        accept(two);
        say(two, confirmation("ssubscribe", "a", 1));
        await(call);
    }

    @Test
    void aCallForASlotThatNobodyHasEndsWithItsTime() throws Exception {
        start(new MultiplexerOptions(options).setCommandTimeout(Duration.ofMillis(100)));
        assertTrue(awaitFailure(call(Command.SSUBSCRIBE, "a")).getMessage().contains("no node is known"));
    }

    @Test
    void whoFailsFastDoesNotWaitForAClusterThatCannotBeAsked() throws Exception {
        start(new MultiplexerOptions(options).setUnavailable(UnavailablePolicy.FAIL_FAST));
        cluster.known = Future.failedFuture(new ConnectException("by hand"));
        assertEquals("by hand", awaitFailure(call(Command.SSUBSCRIBE, "a")).getMessage());
    }

    @Test
    void whoFailsFastDoesNotWaitForANodeThatIsGone() throws Exception {
        start(new MultiplexerOptions(options).setUnavailable(UnavailablePolicy.FAIL_FAST));
        onLoop(() -> cluster.own(one, "a"));
        onLoop(() -> cluster.own(two, "b"));
        Future<Void> gone = call(Command.SSUBSCRIBE, "a");
        Future<Void> there = call(Command.SSUBSCRIBE, "b");
        awaited(one).refuse(new ConnectException("by hand"));
        awaitFailure(gone);
        accept(two);
        say(two, confirmation("ssubscribe", "b", 1));
        await(there);
    }

    @Test
    void aChannelWhoseServerDoesNotKnowThatItsSlotHasMovedIsMovedAllTheSame() throws Exception {
        subscribedShard(one, "a");
        onLoop(() -> cluster.own(two, "a"));
        onLoop(cluster::change);
        accept(two);
        say(one, message("smessage", "a", "from the old one"));
        say(two, confirmation("ssubscribe", "a", 1) + message("smessage", "a", "hello"));
        say(one, confirmation("sunsubscribe", "a", 0));

        awaitUntil(() -> restored.equals(List.of("host:1 1")));
        assertEquals(List.of("hello"), listening.texts());
        assertEquals(List.of(), sent(two).stream().skip(1).toList());
    }

    @Test
    void anErrorThatIsNotAboutTheClusterIsTheCallers() throws Exception {
        onLoop(() -> cluster.own(one, "a"));
        Future<Void> call = call(Command.SSUBSCRIBE, "a");
        accept(one);
        say(one, "-NOPERM no;");
        assertEquals("NOPERM no", awaitFailure(call).getMessage());
    }

    @Test
    void whatCannotBeDoneNowIsToldAgainAndTheClusterIsLookedAt() throws Exception {
        onLoop(() -> cluster.own(one, "a"));
        Future<Void> call = call(Command.SSUBSCRIBE, "a");
        accept(one);
        awaitSent(one, "SSUBSCRIBE a");
        say(one, "-CLUSTERDOWN The cluster is down;");
        awaitSent(one, "SSUBSCRIBE a");
        say(one, confirmation("ssubscribe", "a", 1));
        await(call);
        assertTrue(cluster.told.contains("1 CLUSTERDOWN The cluster is down"));
    }

    @Test
    void theConnectionToANodeIsClosedWhenNobodyUsesIt() throws Exception {
        subscribedShard(one, "a");
        Future<Void> end = call(Command.SUNSUBSCRIBE, "a");
        awaitSent(one, "SUNSUBSCRIBE a");
        say(one, confirmation("sunsubscribe", "a", 0));
        await(end);
        assertFalse(cluster.told.contains("1 ended"), cluster.told::toString);
        assertTrue(one.socket.isOpen());
        awaitUntil(() -> !one.socket.isOpen());
    }

    @Test
    void callsFailWhenItIsClosed() throws Exception {
        subscribedShard(one, "a");
        Future<Void> waiting = call(Command.SSUBSCRIBE, "b");
        await(hub.close());
        awaitFailure(waiting);
        awaitFailure(call(Command.SUBSCRIBE, "c"));
        awaitUntil(() -> !one.socket.isOpen());
        assertEquals("end", listening.heard().get(listening.heard().size() - 1));
        onLoop(cluster::change);
        await(hub.close());
    }

    @Test
    void whoMayHaveMissedAMessageIsTold() throws Exception {
        HandCluster.Node home = subscribed("a");
        subscribedShard(other(home), "b");
        say(home, unreadable("message", "a"));
        say(other(home), unreadable("smessage", "b"));
        say(home, message("message", "a", "next"));

        List<String> failures = listening.heard().stream().filter(line -> line.startsWith("failure ")).toList();
        assertEquals(2, failures.size(), failures::toString);
        assertTrue(failures.get(1).contains("host:" + other(home)), failures.get(1));
        assertEquals(List.of("next"), listening.texts());
    }

    @Test
    void itIsClosedWhateverTheEndOfAConnectionMeets() throws Exception {
        listening.troubleAtEnd = Optional.of(new OutOfMemoryError("by hand"));
        Future<Void> waiting = call(Command.SUBSCRIBE, "a");
        await(hub.close());
        awaitFailure(waiting);
    }

    @Test
    void whoLeavesIsForgotten() throws Exception {
        subscribedShard(one, "a");
        assertEquals(1, hub.size(one));
        assertEquals(0, hub.size(two));
        hub.detach(listening.subscriber, new IllegalStateException("left"));
        awaitSent(one, "SUNSUBSCRIBE a");
        say(one, confirmation("sunsubscribe", "a", 0));
        assertEquals(0, hub.size(one));
    }

    private HandCluster.Node subscribed(String channel) throws Exception {
        Future<Void> call = call(Command.SUBSCRIBE, channel);
        HandCluster.Node home = accept(one, two);
        sent(home);
        say(home, confirmation("subscribe", channel, 1));
        await(call);
        return home;
    }

    private void subscribedShard(HandCluster.Node owner, String channel) throws Exception {
        onLoop(() -> cluster.own(owner, channel));
        Future<Void> call = call(Command.SSUBSCRIBE, channel);
        accept(owner);
        assertEquals(List.of("SSUBSCRIBE " + channel), sent(owner));
        say(owner, confirmation("ssubscribe", channel, 1));
        await(call);
    }
}
