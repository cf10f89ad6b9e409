package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** What servers are told after the login, and what becomes of the connection if they do not like it. */
class ConnectionRoleTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void aNodeOfAClusterKnowsThatTheConnectionIsForReads() throws Exception {
        RedisBinary.any().assumeThere();
        try (RedisServer server = RedisServer.start(RedisBinary.any(), "--cluster-enabled", "yes")) {
            NodeConnection reads = await(connect(server.url(), ConnectionRole.READ_ONLY));
            NodeConnection plain = await(connect(server.url(), ConnectionRole.PLAIN));
            assertEquals("r", flags(reads));
            assertEquals("N", flags(plain));
        }
    }

    @Test
    void aServerThatStandsAloneRefusesReadOnly() throws Exception {
        RedisBinary.any().assumeThere();
        try (RedisServer server = RedisServer.start(RedisBinary.any())) {
            Throwable refusal = awaitFailure(connect(server.url(), ConnectionRole.READ_ONLY));
            assertInstanceOf(ErrorType.class, refusal);
            assertTrue(refusal.getMessage().contains("cluster support disabled"), refusal::getMessage);
        }
    }

    @Test
    void theServerTracksWhatIsRead() throws Exception {
        RedisBinary.any().assumeThere();
        try (RedisServer server = RedisServer.start(RedisBinary.any())) {
            assertEquals("t", flags(await(connect(server.url(), ConnectionRole.TRACKED))));
        }
    }

    @Test
    void theRoleIsToldAfterTheLoginAndBeforeTheLastPing() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                command -> "HELLO".equals(command.get(0)) ? "%1\r\n+proto\r\n:3\r\n" : "+OK\r\n")) {
            await(connect("redis://localhost:" + server.port() + "/7", ConnectionRole.READ_ONLY));
            assertEquals(List.of("HELLO", "SELECT", "READONLY", "PING"),
                    server.received().stream().map(command -> command.get(0)).toList());
        }
    }

    @Test
    void aServerThatHasNeverHeardOfACapabilityIsAsGood() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                command -> "CLIENT".equals(command.get(0)) ? "-ERR unknown subcommand\r\n" : "+OK\r\n")) {
            await(connect("redis://localhost:" + server.port(), ConnectionRole.REDIRECTABLE));
            assertTrue(server.received().contains(List.of("CLIENT", "CAPA", "redirect")));
        }
    }

    private Future<NodeConnection> connect(String url, ConnectionRole role) {
        ClientSettings settings = ClientSettings.of("test", new RedisOptions().setConnectionString(url),
                new MultiplexerOptions());
        NodeAddress address = NodeAddress.of(settings.redis());
        NodeConnector connector = new NodeConnector(vertx, address, settings, new Telemetry(vertx, address, settings));
        EventLoop loop = VertxAccess.eventLoops(vertx).get(0);
        Context context = VertxAccess.newContext(vertx, loop);
        return connector.connect(context, role, new ConnectionOwner() {
            @Override
            public TrafficListener traffic() {
                return TrafficListener.NOBODY;
            }

            @Override
            public void onClosed(NodeConnection connection, CommandQueue inFlight, Throwable cause) {
                inFlight.failAll(cause);
            }
        }, () -> {
        });
    }

    /** Of the flags that CLIENT INFO tells of the connection. */
    private static String flags(NodeConnection connection) throws Exception {
        Future<Response> info = VertxAccess.eventLoop(connection.context())
                .submit(() -> connection.send(Commands.request("CLIENT INFO"))).get(20, TimeUnit.SECONDS);
        return await(info).toString().replaceAll("(?s).*flags=(\\S+).*", "$1");
    }
}
