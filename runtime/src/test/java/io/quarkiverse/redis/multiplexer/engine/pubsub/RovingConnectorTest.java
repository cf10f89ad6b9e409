package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionOwner;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.TrafficListener;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

class RovingConnectorTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final HandCluster cluster = new HandCluster(context,
            ClientSettings.of("test", new RedisOptions(), new MultiplexerOptions()));
    private final List<HandCluster.Node> nodes = List.of(cluster.node(1), cluster.node(2), cluster.node(3));
    private final RovingConnector connector = new RovingConnector(cluster, "test");

    RovingConnectorTest() {
        cluster.consistsOf(nodes.toArray(HandCluster.Node[]::new));
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void itTriesOneAfterTheOther() throws Exception {
        Future<NodeConnection> attempt = connect();
        HandCluster.Node first = ClusterHubByHand.awaited(nodes);
        first.refuse(new ConnectException("first"));
        HandCluster.Node second = ClusterHubByHand.awaited(nodes);
        onLoop(second::accept);

        assertSame(second.socket.connection, await(attempt));
        assertEquals(Optional.of(second), onLoop(() -> connector.home(second.socket.connection)));
        assertEquals(2, nodes.stream().mapToInt(node -> node.connector.attempts.size()).sum());
    }

    @Test
    void itTriesTheOneThatWasLostLast() throws Exception {
        HandCluster.Node lost = connected();
        onLoop(() -> {
            lost.socket.close();
            return null;
        });
        Future<NodeConnection> attempt = connect();
        for (int i = 0; i < 2; i++) {
            HandCluster.Node other = ClusterHubByHand.awaited(nodes);
            assertTrue(other != lost);
            other.refuse(new ConnectException("other"));
        }
        assertSame(lost, ClusterHubByHand.awaited(nodes));
        lost.refuse(new ConnectException("lost"));
        assertEquals("lost", awaitFailure(attempt).getMessage());
        assertEquals(Optional.empty(), onLoop(() -> connector.home(lost.socket.connection)));
    }

    @Test
    void itFailsIfNothingIsKnown() throws Exception {
        cluster.known = Future.failedFuture(new ConnectException("unknown"));
        assertEquals("unknown", awaitFailure(connect()).getMessage());
        cluster.known = Future.succeededFuture();
        cluster.consistsOf();
        assertTrue(awaitFailure(connect()).getMessage().contains("no primary"));
    }

    @Test
    void loginsAreThoseOfTheNode() throws Exception {
        RedisCredentials login = new RedisCredentials("user", "password", null);
        awaitFailure(connector.login(context));
        awaitFailure(connector.tryOut(login, context));
        assertEquals(NodeRole.UNKNOWN, connector.server().role());

        HandCluster.Node node = connected();
        awaitFailure(connector.renewLogin(null, login));
        connector.login(context);
        connector.tryOut(login, context);
        connector.renewLogin(node.socket.connection, login);
        assertEquals(List.of("login", "try out", "renew"), node.connector.asked);
        assertTrue(connector.renewals() != null);
        await(connector.close());
    }

    private HandCluster.Node connected() throws Exception {
        Future<NodeConnection> attempt = connect();
        HandCluster.Node node = ClusterHubByHand.awaited(nodes);
        onLoop(node::accept);
        await(attempt);
        return node;
    }

    private Future<NodeConnection> connect() throws Exception {
        return onLoop(() -> connector.connect(context, ConnectionRole.PLAIN, new ConnectionOwner() {
            @Override
            public TrafficListener traffic() {
                return TrafficListener.NOBODY;
            }

            @Override
            public void onClosed(NodeConnection connection, CommandQueue inFlight, Throwable cause) {
            }
        }, () -> {
        }));
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return VertxAccess.eventLoop(context).submit(action).get();
    }
}
