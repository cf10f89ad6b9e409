package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.net.ConnectException;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Hub;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** What the hub of a cluster is told of the cluster, and tells, as long as no server answers. */
class ClusterSubscriptionsTest {

    private final Vertx vertx = Vertx.vertx();
    private final EventLoop loop = VertxAccess.eventLoops(vertx).get(0);
    private final Context context = VertxAccess.newContext(vertx, loop);
    private final ClientSettings settings = ClientSettings.of("test",
            new RedisOptions().setConnectionString("redis://host:1"), new MultiplexerOptions());
    private final Failures failures = new Failures("test", settings.addresses().get(0), settings.multiplexer());
    private final ClusterView view = new ClusterView(loop, settings,
            (node, request) -> Future.failedFuture(new ConnectException("by hand")));
    private final Nodes nodes = new Nodes(address -> new Node(vertx, view.address(address), ConnectionRole.PLAIN, settings,
            new LoopHomes(1), PendingBytes.UNCOUNTED, NodeWatcher.NOBODY));
    private final ClusterSubscriptions subscriptions = new ClusterSubscriptions(vertx, view, nodes, settings, failures);

    @AfterEach
    void stop() throws Exception {
        view.close();
        await(vertx.close());
    }

    @Test
    void nothingIsKnownBeforeAServerHasAnswered() throws Exception {
        assertEquals(List.of(), subscriptions.primaries());
        assertEquals(Optional.empty(), subscriptions.owner(7));
        awaitFailure(subscriptions.whenKnown(context));
    }

    @Test
    void whoeverIsNamedByMovedIsTheOwner() {
        Node from = nodes.at(SocketAddress.inetSocketAddress(1, "host")).orElseThrow();
        subscriptions.onRefused(from, ErrorType.create("MOVED 7 host:2"));
        subscriptions.onRefused(from, ErrorType.create("MOVED 8 :3"));
        subscriptions.onRefused(from, ErrorType.create("MOVED 9 ?:4"));
        subscriptions.onRefused(from, ErrorType.create("CLUSTERDOWN The cluster is down"));
        subscriptions.onUnreachable(from);
        subscriptions.onReachable(from);

        Node two = nodes.at(SocketAddress.inetSocketAddress(2, "host")).orElseThrow();
        Node three = nodes.at(SocketAddress.inetSocketAddress(3, "host")).orElseThrow();
        assertSame(two, subscriptions.owner(7).orElseThrow());
        assertSame(three, subscriptions.owner(8).orElseThrow());
        assertEquals(Optional.empty(), subscriptions.owner(9));
        assertEquals(List.of(two, three), subscriptions.primaries());
    }

    @Test
    void thereIsOneHubAndItEnds() throws Exception {
        Node node = nodes.at(SocketAddress.inetSocketAddress(1, "host")).orElseThrow();
        assertEquals(0, subscriptions.status(node).subscriptions());
        Hub hub = subscriptions.hub(context);
        assertSame(hub, subscriptions.hub(context));
        assertEquals(0, subscriptions.status(node).subscriptions());
        assertEquals(0, subscriptions.status(node).restorations());
        await(subscriptions.close());
    }

    @Test
    void aHubThatComesAfterTheEndHasEnded() throws Exception {
        await(subscriptions.close());
        subscriptions.hub(context);
        await(subscriptions.close());
    }
}
