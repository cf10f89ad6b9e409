package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;

/** {@link Farewell}: when nodes end that have no part any more. */
class FarewellTest {

    private static final SocketAddress A = ClusterByHand.at(1);
    private static final SocketAddress B = ClusterByHand.at(2);

    private final Vertx vertx = Vertx.vertx();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final RedisOptions redis = new RedisOptions().setConnectionString("redis://localhost:1");
    private final ClientSettings settings = ClientSettings.of("test", redis, new MultiplexerOptions());
    private final Nodes nodes = new Nodes(address -> new Node(vertx,
            NodeAddress.of(new RedisOptions().setConnectionString("redis://" + address.host() + ":" + address.port())),
            ConnectionRole.PLAIN, settings, new LoopHomes(0), PendingBytes.atMost(1_000), NodeWatcher.NOBODY));
    private final Set<SocketAddress> gone = new HashSet<>();
    private final Set<SocketAddress> idle = new HashSet<>();
    private final Farewell farewell = new Farewell(channel.eventLoop(), nodes, node -> gone.contains(node.address()),
            node -> !idle.contains(node.address()), Duration.ZERO);

    FarewellTest() {
        nodes.at(A);
        nodes.at(B);
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private void leave(SocketAddress node) {
        gone.add(node);
        farewell.begin(Future.succeededFuture());
    }

    private void comeBack(SocketAddress node) {
        gone.remove(node);
        farewell.begin(Future.succeededFuture());
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private List<SocketAddress> there() {
        return nodes.all().stream().map(Node::address).toList();
    }

    @Test
    void whoHasLeftHasTimeToAnswer() {
        leave(A);
        pass(Farewell.MILLIS - 1);
        assertEquals(List.of(A, B), there());
        Node left = nodes.all().get(0);
        pass(1);
        assertEquals(List.of(B), there());
        assertEquals(true, left.isClosed());
    }

    @Test
    void whoComesBackMeanwhileStays() {
        leave(A);
        pass(1);
        comeBack(A);
        pass(10 * Farewell.MILLIS);
        assertEquals(List.of(A, B), there());
    }

    @Test
    void whoDoesNotAnswerEndsAtOnce() {
        farewell.unreachable(A);
        farewell.unreachable(B);
        farewell.reachable(B);
        leave(A);
        leave(B);
        assertEquals(List.of(B), there());
    }

    @Test
    void whomNobodyWaitsForEndsAtOnce() {
        idle.add(A);
        leave(A);
        leave(B);
        assertEquals(List.of(B), there());
    }

    @Test
    void whoLeavesLaterHasNoLessTime() {
        leave(A);
        pass(Farewell.MILLIS - 1);
        leave(B);
        pass(1);
        assertEquals(List.of(B), there());
        pass(Farewell.MILLIS - 1);
        assertEquals(List.of(B), there());
        pass(1);
        assertEquals(List.of(), there());
    }

    @Test
    void nobodyWaitsLongerBecauseOthersLeaveAgainAndAgain() {
        leave(A);
        for (int i = 0; i < 10; i++) {
            pass(Farewell.MILLIS / 10);
            leave(B);
        }
        assertEquals(List.of(B), there());
    }

    @Test
    void nobodyEndsToWhomCommandsAreStillSent() {
        Promise<Void> followed = Promise.promise();
        farewell.unreachable(A);
        gone.addAll(List.of(A, B));
        farewell.begin(followed.future());
        pass(Farewell.MILLIS);
        assertEquals(List.of(A, B), there());
        followed.complete();
        assertEquals(List.of(), there());
    }

    @Test
    void theEndOfTheClientIsTheEndOfIt() {
        leave(A);
        farewell.cancel();
        channel.runPendingTasks();
        pass(Farewell.MILLIS);
        assertEquals(List.of(A, B), there());
    }
}
