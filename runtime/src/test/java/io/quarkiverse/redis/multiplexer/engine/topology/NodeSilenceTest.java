package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.Silence;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;

/** {@link Node}: a server that says nothing ({@link Silence}) is looked into as one that cannot be reached. */
class NodeSilenceTest {

    private final List<String> told = new ArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final ClientSettings settings = ClientSettings.of("test",
            new RedisOptions().setConnectionString("redis://server:1234"), new MultiplexerOptions());
    private final Node node = new Node(vertx, settings.addresses().get(0), ConnectionRole.PLAIN, settings, new LoopHomes(1),
            PendingBytes.UNCOUNTED, new NodeWatcher() {
                @Override
                public void reachable(SocketAddress address) {
                    told.add("reachable " + address);
                }

                @Override
                public void unreachable(SocketAddress address) {
                    told.add("unreachable " + address);
                }
            });

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void whoWatchesIsToldOfIt() {
        node.onSilence(Silence.BEGUN);
        node.onSilence(Silence.OVER);
        node.onUnavailable(new ConnectException("refused"));
        node.onAvailable();
        assertEquals(List.of("unreachable server:1234", "reachable server:1234", "unreachable server:1234",
                "reachable server:1234"), told);
    }
}
