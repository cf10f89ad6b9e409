package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;

/** What a client tells of its servers, and of what it has to do with each. */
class NodeStatusTest {

    private static final ConnectionStatus UP = new ConnectionStatus(ConnectionState.READY, 1, null);
    private static final ConnectionStatus DOWN = new ConnectionStatus(ConnectionState.BACKING_OFF, 1, "gone");

    @RegisterExtension
    final RealRedis real = new RealRedis();

    @Test
    void aServerThatHasNotBeenNeededYetIsKnownByItsAddressOnly() {
        MultiplexedRedis redis = real.client();

        assertEquals(
                List.of(new NodeStatus("localhost:" + real.server().port(), NodeRole.UNKNOWN, "", "", List.of(), 0, 0, 0, 0,
                        DedicatedStatus.UNUSED, List.of())),
                redis.status().nodes());
        assertTrue(redis.status().running());
    }

    @ParameterizedTest
    @EnumSource
    void theServerTellsWhatItIs(ProtocolVersion version) throws Exception {
        MultiplexedRedis redis = real.client(
                new RedisOptions().setConnectionString(real.server().url()).setPreferredProtocolVersion(version),
                new MultiplexerOptions());
        String info = awaitText(redis.send(request(Command.INFO, "server")));

        NodeStatus node = node(redis);
        assertEquals("localhost:" + real.server().port(), node.address());
        assertEquals(NodeRole.PRIMARY, node.role());
        boolean valkey = info.contains("server_name:valkey");
        assertEquals(valkey ? "valkey" : "redis", node.server());
        assertTrue(info.contains((valkey ? "valkey_version:" : "redis_version:") + node.version()), node + " " + info);
    }

    @Test
    void whatItIsChangesWithTheServer() throws Exception {
        try (RedisServer primary = RedisServer.start()) {
            MultiplexedRedis redis = real.client();
            await(redis.send(request(Command.PING)));
            assertEquals(NodeRole.PRIMARY, node(redis).role());

            try (RespClient administrator = real.server().client()) {
                administrator.call("REPLICAOF", "localhost", String.valueOf(primary.port()));
                administrator.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            }
            awaitUntil(() -> {
                redis.send(request(Command.PING));
                return node(redis).role() == NodeRole.REPLICA;
            });
        }
    }

    @Test
    void withoutHelloItDoesNotTell() throws Exception {
        MultiplexedRedis redis = real.client(
                new RedisOptions().setConnectionString(real.server().url()).setProtocolNegotiation(false),
                new MultiplexerOptions());
        await(redis.send(request(Command.PING)));

        assertEquals(NodeRole.UNKNOWN, node(redis).role());
        assertEquals("", node(redis).server());
        assertEquals("", node(redis).version());
    }

    @Test
    void theFiguresOfAClientAreThoseOfItsNodes() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setLanes(1));
        await(redis.send(request(Command.PING)));
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.SUBSCRIBE, "news", "weather")));
        await(connection.send(request(Command.WATCH, "key")));

        assertEquals(1, node(redis).lanes().size());
        assertEquals(1, node(redis).dedicatedConnections());
        assertEquals(2, node(redis).subscriptions());
        assertEquals(1, redis.status().lanes().size());
        assertEquals(1, redis.status().dedicatedConnections());
        assertEquals(2, redis.status().subscriptions());
        assertEquals(0, redis.status().restorations());
    }

    @Test
    void everyConnectionIsTold() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setLanes(1));
        await(redis.send(request(Command.PING)));
        assertEquals(1, redis.status().connections());
        assertEquals(ConnectionStatus.UNUSED, node(redis).lanes().get(0).sideTrack());
        assertEquals(List.of(), node(redis).subscriptionConnections());
        assertEquals(DedicatedStatus.UNUSED, node(redis).dedicated());

        RedisConnection subscriber = await(redis.connect());
        await(subscriber.send(request(Command.SUBSCRIBE, "news")));
        RedisConnection watcher = await(redis.connect());
        await(watcher.send(request(Command.WATCH, "key")));
        assertEquals(List.of(UP), node(redis).subscriptionConnections());
        assertEquals(new DedicatedStatus(1, 1, 1, null), node(redis).dedicated());
        assertEquals(3, redis.status().connections());
        assertEquals(3, real.connections());

        await(watcher.close());
        awaitUntil(() -> node(redis).dedicated().lent() == 0);
        real.server().kill();
        awaitUntil(() -> node(redis).subscriptionConnections().get(0).state() == ConnectionState.BACKING_OFF);
        assertNotNull(node(redis).subscriptionConnections().get(0).lastError());
        awaitUntil(() -> redis.status().connections() == 0);
        real.server().run();
        awaitUntil(() -> node(redis).subscriptionConnections().get(0).connects() == 2);
    }

    @Test
    void figuresOfSeveralNodesAddUp() {
        NodeStatus one = new NodeStatus("one:1", NodeRole.PRIMARY, "redis", "8.0.2", List.of(), 1, 10, 100, 1000,
                new DedicatedStatus(1, 1, 1, null), List.of(UP, DOWN));
        NodeStatus two = new NodeStatus("two:2", NodeRole.REPLICA, "redis", "8.0.2", List.of(), 2, 20, 200, 2000,
                DedicatedStatus.UNUSED, List.of(UP));
        ClientStatus status = new ClientStatus("test", true, RoutingStatus.UNUSED, List.of(one, two));

        assertEquals(3, status.dedicatedConnections());
        assertEquals(30, status.subscriptions());
        assertEquals(300, status.restorations());
        assertEquals(3000, status.fallbackReads());
        assertEquals(3, status.connections());
    }

    @Test
    void aClientThatIsClosedKnowsNone() {
        MultiplexedRedis redis = real.client();
        redis.close();

        assertEquals(List.of(), redis.status().nodes());
        assertFalse(redis.status().running());
    }

    private static NodeStatus node(MultiplexedRedis redis) {
        return redis.status().nodes().get(0);
    }
}
