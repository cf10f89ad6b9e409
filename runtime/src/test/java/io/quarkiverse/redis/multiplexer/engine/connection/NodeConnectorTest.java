package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** {@link NodeConnector}: what becomes of an attempt whose connection nobody can take. */
class NodeConnectorTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void aConnectionThatItsOwnerCannotTakeIsClosedAndItsAttemptFails() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                command -> "HELLO".equals(command.get(0)) ? "%1\r\n+proto\r\n:3\r\n" : "+OK\r\n")) {
            ClientSettings settings = ClientSettings.of("test", new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions());
            NodeAddress address = NodeAddress.of(settings.redis());
            NodeConnector connector = new NodeConnector(vertx, address, settings, new Telemetry(vertx, address, settings));
            assertInstanceOf(InternalError.class, awaitFailure(connector.connect(
                    VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0)), ConnectionRole.PLAIN,
                    new WithoutMemory(), () -> {
                    })));
            awaitUntil(() -> server.openConnections() == 0);
        }
    }

    private static final class WithoutMemory implements ConnectionOwner {

        @Override
        public TrafficListener traffic() {
            return TrafficListener.NOBODY;
        }

        @Override
        public void onHandedOver(NodeConnection connection) {
            throw new InternalError("by hand");
        }

        @Override
        public void onClosed(NodeConnection connection, CommandQueue inFlight, Throwable cause) {
            throw new IllegalStateException("It has never got the connection");
        }
    }
}
