package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;

/** Subscriptions to what each node tells of its own keys: {@link EveryPrimary}, as the hub of a cluster uses it. */
class KeyspaceSubscriptionsTest extends ClusterHubByHand {

    private static final String PATTERN = "__keyevent@0__:*";
    private static final String CHANNEL = "__keyevent@0__:set";

    @Test
    void channelsOfKeyspaceEventsAreToldFromOthers() {
        for (String pattern : List.of("__keyspace@0__:*", "__keyevent@*__:set", "__key*__:*", "__key?vent@0__:x")) {
            assertTrue(KeyspaceChannel.isWanted(new Subscription(SubscriptionKind.PATTERN, pattern)), pattern);
        }
        for (String pattern : List.of("*", "__k*", "__keyring", "a", "")) {
            assertFalse(KeyspaceChannel.isWanted(new Subscription(SubscriptionKind.PATTERN, pattern)), pattern);
        }
        assertTrue(KeyspaceChannel.isWanted(new Subscription(SubscriptionKind.CHANNEL, CHANNEL)));
        assertFalse(KeyspaceChannel.isWanted(new Subscription(SubscriptionKind.CHANNEL, "__key*__:*")));
        assertFalse(KeyspaceChannel.isWanted(new Subscription(SubscriptionKind.SHARD, CHANNEL)));
    }

    @Test
    void everyPrimaryIsToldAndTells() throws Exception {
        Future<Void> call = call(Command.PSUBSCRIBE, PATTERN);
        accept(one);
        accept(two);
        assertEquals(List.of("PSUBSCRIBE " + PATTERN), sent(one));
        assertEquals(List.of("PSUBSCRIBE " + PATTERN), sent(two));
        say(one, confirmation("psubscribe", PATTERN, 1) + event("early"));
        assertFalse(call.isComplete());
        say(two, confirmation("psubscribe", PATTERN, 1));
        await(call);
        say(one, event("k1"));
        say(two, event("k2"));

        assertEquals(List.of("psubscribe " + PATTERN + " 1", "pmessage " + PATTERN + " " + CHANNEL + " k1",
                "pmessage " + PATTERN + " " + CHANNEL + " k2"), listening.heard());
        assertEquals(1, hub.size(one));
    }

    @Test
    void whatClientsPublishComesOnce() throws Exception {
        subscribed("__key*");
        String published = ">4;" + bulk("pmessage") + bulk("__key*") + bulk("__keys") + bulk("text");
        say(one, published);
        say(two, published);
        assertEquals(List.of("text"), listening.texts());
    }

    @Test
    void channelsAsWell() throws Exception {
        Future<Void> call = call(Command.SUBSCRIBE, CHANNEL, "__keyevent@0__:del");
        accept(one);
        accept(two);
        for (HandCluster.Node node : List.of(one, two)) {
            awaitSent(node, "SUBSCRIBE " + CHANNEL, "SUBSCRIBE __keyevent@0__:del");
            say(node, confirmation("subscribe", CHANNEL, 1) + confirmation("subscribe", "__keyevent@0__:del", 2));
        }
        await(call);
        say(two, message("message", CHANNEL, "key"));
        assertEquals(List.of("key"), listening.texts());
    }

    @Test
    void whileOneIsLostTheOthersTellOn() throws Exception {
        subscribed(PATTERN);
        lose(one);
        say(two, event("k2"));
        Future<Void> next = call(Command.PSUBSCRIBE, PATTERN);
        accept(one);
        assertEquals(List.of("PSUBSCRIBE " + PATTERN), sent(one));
        assertFalse(next.isComplete());
        say(one, confirmation("psubscribe", PATTERN, 1));
        await(next);

        awaitUntil(() -> restored.equals(List.of("host:1 1")));
        assertEquals(List.of("k2"), listening.texts());
        assertEquals(List.of(), sent(two));
    }

    @Test
    void aFailoverIsFollowedAndTheOldPrimaryIsNotListenedTo() throws Exception {
        subscribed(PATTERN);
        HandCluster.Node three = cluster.node(3);
        onLoop(() -> cluster.consistsOf(two, three));
        onLoop(() -> {
            cluster.change();
            one.socket.say(event("twice"));
        });
        accept(three);
        assertEquals(List.of("PSUBSCRIBE " + PATTERN), sent(three));
        assertTrue(restored.isEmpty());
        say(three, confirmation("psubscribe", PATTERN, 1) + event("once"));

        awaitUntil(() -> restored.equals(List.of("host:3 1")));
        assertEquals(List.of("once"), listening.texts());
        awaitUntil(() -> !one.socket.isOpen());
    }

    @Test
    void aPrimaryThatGoesLeavesNoGap() throws Exception {
        subscribed(PATTERN);
        onLoop(() -> cluster.consistsOf(two));
        onLoop(cluster::change);
        awaitUntil(() -> !one.socket.isOpen());
        assertTrue(restored.isEmpty());
        await(call(Command.PSUBSCRIBE, PATTERN));
    }

    @Test
    void thePrimariesAreWaitedFor() throws Exception {
        cluster.consistsOf();
        Future<Void> call = call(Command.PSUBSCRIBE, PATTERN);
        onLoop(() -> cluster.consistsOf(one));
        assertFalse(call.isComplete());
        onLoop(cluster::change);
        accept(one);
        say(one, confirmation("psubscribe", PATTERN, 1));
        await(call);
    }

    @Test
    void oneThatRefusesIsOneTooMany() throws Exception {
        Future<Void> call = call(Command.PSUBSCRIBE, PATTERN);
        accept(one);
        accept(two);
        say(one, confirmation("psubscribe", PATTERN, 1));
        say(two, "-NOPERM no;");
        assertEquals("NOPERM no", awaitFailure(call).getMessage());
        awaitSent(one, "PSUBSCRIBE " + PATTERN, "PUNSUBSCRIBE " + PATTERN);
        assertEquals(List.of("PSUBSCRIBE " + PATTERN), sent(two));
        say(one, event("nobody wants"));
        assertEquals(List.of(), listening.heard());
    }

    @Test
    void oneThatCannotNowIsToldAgainAndTheOthersAreNot() throws Exception {
        Future<Void> call = call(Command.PSUBSCRIBE, PATTERN);
        accept(one);
        accept(two);
        say(one, confirmation("psubscribe", PATTERN, 1));
        awaitSent(two, "PSUBSCRIBE " + PATTERN);
        say(two, "-LOADING Redis is loading the dataset in memory;");
        awaitSent(two, "PSUBSCRIBE " + PATTERN);
        say(two, confirmation("psubscribe", PATTERN, 1));
        await(call);
        assertEquals(List.of("PSUBSCRIBE " + PATTERN), sent(one));
    }

    @Test
    void itEndsWhenAllHaveEndedIt() throws Exception {
        subscribed(PATTERN);
        Future<Void> end = call(Command.PUNSUBSCRIBE, PATTERN);
        awaitSent(one, "PUNSUBSCRIBE " + PATTERN);
        awaitSent(two, "PUNSUBSCRIBE " + PATTERN);
        say(one, confirmation("punsubscribe", PATTERN, 0));
        say(two, "-BUSY Redis is busy running a script;");
        awaitSent(two, "PUNSUBSCRIBE " + PATTERN);
        assertFalse(end.isComplete());
        say(two, confirmation("punsubscribe", PATTERN, 0));
        await(end);
        awaitUntil(() -> !one.socket.isOpen() && !two.socket.isOpen());
    }

    @Test
    void whoWantsItAgainWhileItEndsGetsIt() throws Exception {
        subscribed(PATTERN);
        Future<Void> end = call(Command.PUNSUBSCRIBE, PATTERN);
        awaitSent(one, "PUNSUBSCRIBE " + PATTERN);
        awaitSent(two, "PUNSUBSCRIBE " + PATTERN);
        Future<Void> again = call(Command.PSUBSCRIBE, PATTERN);
        say(one, confirmation("punsubscribe", PATTERN, 0));
        lose(two);
        await(end);
        accept(two);
        awaitSent(one, "PSUBSCRIBE " + PATTERN);
        awaitSent(two, "PSUBSCRIBE " + PATTERN);
        say(one, confirmation("psubscribe", PATTERN, 1));
        say(two, confirmation("psubscribe", PATTERN, 1));
        await(again);
        assertTrue(restored.isEmpty());
    }

    @Test
    void aServerThatEndsItByItselfIsToldAgain() throws Exception {
        subscribed(PATTERN);
        say(one, confirmation("punsubscribe", PATTERN, 0));
        awaitSent(one, "PSUBSCRIBE " + PATTERN);
        say(one, confirmation("psubscribe", PATTERN, 1));
        awaitUntil(() -> restored.equals(List.of("host:1 1")));
    }

    @Test
    void whoMayHaveMissedAnEventIsTold() throws Exception {
        subscribed(PATTERN);
        say(two, unreadable("pmessage", PATTERN));
        say(two, event("next"));
        assertTrue(listening.heard().get(1).startsWith("failure Redis client 'test' at host:2"), listening.heard()::toString);
        assertEquals(List.of("next"), listening.texts());
    }

    @Test
    void whoFailsFastDoesNotWaitForTheOneThatIsGone() throws Exception {
        start(new MultiplexerOptions(options).setUnavailable(UnavailablePolicy.FAIL_FAST));
        Future<Void> call = call(Command.PSUBSCRIBE, PATTERN);
        accept(one);
        say(one, confirmation("psubscribe", PATTERN, 1));
        awaited(two).refuse(new ConnectException("by hand"));
        awaitFailure(call);
        awaitSent(one, "PSUBSCRIBE " + PATTERN, "PUNSUBSCRIBE " + PATTERN);
        accept(two);
        assertEquals(List.of(), sent(two));
    }

    @Test
    void whoLeavesDoesNotWaitForTheOneThatIsGone() throws Exception {
        subscribed(PATTERN);
        lose(two);
        awaited(two).refuse(new ConnectException("by hand"));
        await(call(Command.PUNSUBSCRIBE, PATTERN));
        awaitSent(one, "PUNSUBSCRIBE " + PATTERN);
        say(one, confirmation("punsubscribe", PATTERN, 0));

        assertEquals("punsubscribe " + PATTERN + " 0", listening.heard().get(1));
        accept(two);
        assertEquals(List.of(), sent(two));
        awaitUntil(() -> !one.socket.isOpen() && !two.socket.isOpen());
        assertTrue(restored.isEmpty());
    }

    @Test
    void whatIsLeftWhileOneIsGoneCanBeWantedAgain() throws Exception {
        subscribed(PATTERN);
        lose(two);
        await(call(Command.PUNSUBSCRIBE, PATTERN));
        Future<Void> again = call(Command.PSUBSCRIBE, PATTERN);
        awaitSent(one, "PUNSUBSCRIBE " + PATTERN);
        say(one, confirmation("punsubscribe", PATTERN, 0));
        awaitSent(one, "PSUBSCRIBE " + PATTERN);
        say(one, confirmation("psubscribe", PATTERN, 1));
        assertFalse(again.isComplete());
        accept(two);
        awaitSent(two, "PSUBSCRIBE " + PATTERN);
        say(two, confirmation("psubscribe", PATTERN, 1));
        await(again);
    }

    @Test
    void nobodyIsConnectedToForWhatIsLeftBeforeAnythingIsKnown() throws Exception {
        cluster.consistsOf();
        Future<Void> call = call(Command.PSUBSCRIBE, PATTERN);
        hub.detach(listening.subscriber, new IllegalStateException("closed"));
        awaitFailure(call);
        onLoop(() -> cluster.consistsOf(one, two));
        onLoop(cluster::change);
        onLoop(() -> {
        });
        assertFalse(one.isAwaited() || two.isAwaited());
    }

    private void leaveWhileOneIsAway() throws Exception {
        subscribed(PATTERN);
        lose(two);
        awaited(two).refuse(new ConnectException("by hand"));
        hub.detach(listening.subscriber, new IllegalStateException("closed"));
        awaitSent(one, "PUNSUBSCRIBE " + PATTERN);
        say(one, confirmation("punsubscribe", PATTERN, 0));
    }

    @Test
    void theConnectionThatIsClosedIsSubscribedToNothing() throws Exception {
        leaveWhileOneIsAway();
        awaitUntil(() -> !one.socket.isOpen());
    }

    @Test
    void whoWasToBeToldOfWhatIsLeftAndGoesIsForgotten() throws Exception {
        leaveWhileOneIsAway();
        onLoop(() -> cluster.consistsOf(one));
        onLoop(cluster::change);
        WeakReference<HandCluster.Node> gone = new WeakReference<>(two);
        two = null;
        awaitUntil(() -> {
            System.gc();
            return gone.get() == null;
        });
    }

    @Test
    void aCallEndsWithItsTimeAndNamesTheOneThatIsMissing() throws Exception {
        start(new MultiplexerOptions(options).setCommandTimeout(Duration.ofMillis(200)));
        Future<Void> call = call(Command.PSUBSCRIBE, PATTERN);
        accept(one);
        say(one, confirmation("psubscribe", PATTERN, 1));
        awaited(two).refuse(new ConnectException("by hand"));
        assertTrue(awaitFailure(call).getMessage().contains("host:2"));
    }

    private void subscribed(String pattern) throws Exception {
        Future<Void> call = call(Command.PSUBSCRIBE, pattern);
        for (HandCluster.Node node : Stream.of(one, two).toList()) {
            accept(node);
            assertEquals(List.of("PSUBSCRIBE " + pattern), sent(node));
            say(node, confirmation("psubscribe", pattern, 1));
        }
        await(call);
    }

    private static String event(String key) {
        return ">4;" + bulk("pmessage") + bulk(PATTERN) + bulk(CHANNEL) + bulk(key);
    }
}
