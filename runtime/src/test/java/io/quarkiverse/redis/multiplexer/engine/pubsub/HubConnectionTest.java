package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.engine.pubsub.ClusterHubByHand.confirmation;
import static io.quarkiverse.redis.multiplexer.engine.pubsub.ClusterHubByHand.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** One connection of a hub, and several of them in {@link MemberConnections}. */
class HubConnectionTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final ClientSettings settings = ClientSettings.of("test", new RedisOptions(),
            new MultiplexerOptions().setReconnectInitial(Duration.ofMillis(1)).setReconnectMax(Duration.ofMillis(1))
                    .setLivenessTimeout(Duration.ofHours(1)));
    private final HandCluster cluster = new HandCluster(context, settings);
    private final HandCluster.Node node = cluster.node(1);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Subscription a = new Subscription(SubscriptionKind.SHARD, "a");
    private final Subscription b = new Subscription(SubscriptionKind.SHARD, "b");
    private final HubConnection connection = connection(node);
    /** How often the hub has no memory for what it is told. */
    private int failures;

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private HubConnection connection(HandCluster.Node to) {
        return new HubConnection("test", context, to.connector, settings, to.failures(), to.outages(),
                (first, next) -> first.slot == next.slot, new Answers(), new Owner(),
                new Afterwards(VertxAccess.eventLoop(context)));
    }

    @Test
    void whatIsSaidAndWhatIsAnswered() throws Exception {
        assertFalse(onLoop(connection::isWritable));
        connected();
        assertTrue(onLoop(connection::isWritable));
        assertFalse(connection.takesTogether(a, b));
        onLoop(() -> connection.send(SubscriptionKind.SHARD, Change.SUBSCRIBE, List.of(a)));
        onLoop(() -> connection.send(SubscriptionKind.SHARD, Change.SUBSCRIBE, List.of(b)));
        assertEquals(List.of("SSUBSCRIBE a", "SSUBSCRIBE b"), onLoop(node.socket::takeSent));
        onLoop(() -> node.socket.say(confirmation("ssubscribe", "a", 1) + "-NOPERM no;" + message("smessage", "a", "text")));
        onLoop(() -> node.socket.say(confirmation("sunsubscribe", "a", 0)));

        assertEquals(List.of("ready", "SUBSCRIBE a", "refused b", "delivered a", "ended a"), told);
        assertEquals(0, connection.size());
    }

    @Test
    void whatIsInForceIsCounted() throws Exception {
        connected();
        subscribe(a);
        subscribe(b);
        assertEquals(2, connection.size());
        onLoop(() -> connection.send(SubscriptionKind.SHARD, Change.UNSUBSCRIBE, List.of(a)));
        onLoop(() -> node.socket.say(confirmation("sunsubscribe", "a", 1)));
        assertEquals(1, connection.size());
        onLoop(() -> node.socket.close());
        assertEquals(0, connection.size());
        assertTrue(told.contains("lost"));
    }

    @Test
    void whatIsDroppedAnswersNothing() throws Exception {
        connected();
        onLoop(() -> connection.send(SubscriptionKind.SHARD, Change.SUBSCRIBE, List.of(a)));
        onLoop(() -> {
            connection.drop();
            node.socket.say(confirmation("ssubscribe", "a", 1));
        });
        await(connection.close());
        assertEquals(List.of("ready", "ended"), told);
    }

    @Test
    void aMessageThatHadToBeDroppedIsTold() throws Exception {
        connected();
        subscribe(a);
        onLoop(() -> node.socket.say(ClusterHubByHand.unreadable("smessage", "a") + message("smessage", "a", "text")));
        assertEquals(List.of("ready", "SUBSCRIBE a", "missed ReplyRefusedException", "delivered a"), told);
    }

    @Test
    void aMessageThatThereIsNoMemoryForIsToldAndTheNextOneIsDelivered() throws Exception {
        connected();
        subscribe(a);
        failures = 1;
        onLoop(() -> node.socket.say(message("smessage", "a", "text") + message("smessage", "a", "text")));
        assertEquals(List.of("ready", "SUBSCRIBE a", "delivered a", "missed ReplyRefusedException", "delivered a"), told);
    }

    @Test
    void theReplacedOneIsLostAndThereIsAnother() throws Exception {
        connected();
        onLoop(() -> connection.replace(new IllegalStateException("replaced")));
        connected();
        assertEquals(List.of("ready", "lost", "unavailable", "ready"), told);
    }

    @Test
    void aLossThatTheHubCouldNotSeeToIsToldBeforeTheNextConnection() throws Exception {
        connected();
        failures = 1;
        onLoop(() -> node.socket.close());
        connected();
        assertEquals(List.of("ready", "lost", "unavailable", "lost", "ready"), told);
        onLoop(() -> node.socket.close());
        connected();
        assertEquals(List.of("lost", "unavailable", "ready"), told.subList(5, told.size()));
    }

    @Test
    void aConnectionOnWhichTheHubCannotBeginIsMadeAnew() throws Exception {
        failures = 1;
        connected();
        connected();
        assertEquals(List.of("ready", "lost", "unavailable", "ready"), told);
        failures = 2;
        onLoop(() -> node.socket.close());
        connected();
        connected();
        assertEquals(List.of("lost", "unavailable", "lost", "lost", "unavailable", "ready"), told.subList(4, told.size()));
    }

    @Test
    void thereIsOneForEachMemberAndThoseToOthersGo() throws Exception {
        HandCluster.Node other = cluster.node(2);
        MemberConnections members = new MemberConnections(member -> connection((HandCluster.Node) member), used -> false);
        assertTrue(members.isEmpty());
        HubConnection mine = members.of(node);
        assertEquals(mine, members.of(node));
        assertEquals(2, members.of(List.of(node, other)).size());
        assertEquals(node, members.member(mine).orElseThrow());
        assertEquals(3, members.andAlso(connection).size());
        assertEquals(0, members.size(node));

        assertEquals(List.of(mine), members.keepOnly(List.of(other)));
        assertTrue(members.member(mine).isEmpty());
        assertEquals(0, members.size(node));
    }

    @Test
    void thoseThatNobodyUsesGoAfterAWhile() {
        boolean[] used = { true };
        MemberConnections members = new MemberConnections(member -> connection((HandCluster.Node) member), any -> used[0]);
        members.of(node);
        long second = Duration.ofSeconds(1).toNanos();
        long now = System.nanoTime() + 2 * second;
        for (int i = 0; i < 5; i++) {
            members.closeUnused(now += second);
        }
        assertFalse(members.isEmpty());
        used[0] = false;
        members.closeUnused(now += second);
        members.closeUnused(now += second);
        assertFalse(members.isEmpty());
        used[0] = true;
        members.closeUnused(now += second);
        used[0] = false;
        members.closeUnused(now += second);
        members.closeUnused(now += second);
        assertFalse(members.isEmpty());
        members.closeUnused(now + 2 * second);
        assertTrue(members.isEmpty());
    }

    private void connected() throws Exception {
        onLoop(connection::dial);
        ClusterHubByHand.awaited(node);
        onLoop(() -> {
            node.accept();
        });
        onLoop(() -> {
        });
    }

    private void subscribe(Subscription subscription) throws Exception {
        onLoop(() -> connection.send(SubscriptionKind.SHARD, Change.SUBSCRIBE, List.of(subscription)));
        onLoop(() -> node.socket.say(confirmation("ssubscribe", subscription.name, 1)));
    }

    private void onLoop(Runnable action) throws Exception {
        VertxAccess.eventLoop(context).submit(action).get();
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return VertxAccess.eventLoop(context).submit(action).get();
    }

    private final class Answers implements Exchanges.Listener {

        @Override
        public void confirmed(Subscription subscription, Change change) {
            told.add(change + " " + subscription.name);
        }

        @Override
        public void refused(List<Subscription> names, Change change, ErrorType error) {
            names.forEach(subscription -> told.add("refused " + subscription.name));
        }
    }

    private final class Owner implements HubConnection.Owner {

        @Override
        public void deliver(HubConnection from, SubscriptionKind kind, String name, Response message) {
            told.add("delivered " + name);
            fail();
        }

        @Override
        public void missed(HubConnection from, Throwable cause) {
            told.add("missed " + cause.getClass().getSimpleName());
        }

        @Override
        public void endedByServer(HubConnection from, SubscriptionKind kind, String name) {
            told.add("ended " + name);
        }

        @Override
        public void onReady(HubConnection ready) {
            told.add("ready");
            fail();
        }

        @Override
        public void onUnavailable(HubConnection unavailable, Throwable cause) {
            told.add("unavailable");
        }

        @Override
        public void onLost(HubConnection lost) {
            told.add("lost");
            fail();
        }

        private void fail() {
            if (failures > 0) {
                failures--;
                throw new InternalError("by hand");
            }
        }

        @Override
        public void onTick(long now) {
        }

        @Override
        public boolean needs(HubConnection any) {
            return true;
        }

        @Override
        public void onEnded(HubConnection ended) {
            told.add("ended");
        }

        @Override
        public void settle() {
        }

        @Override
        public void tellCallers() {
        }
    }
}
