package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;

/** A cluster whose servers are the test: their connectors, the nodes to them, and one event loop. */
abstract class NodesByHand implements Routes.Knowledge {

    final Vertx vertx = Vertx.vertx();
    final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    final EventLoop loop = VertxAccess.eventLoop(context);
    final Map<SocketAddress, HandConnector> connectors = new HashMap<>();
    final Map<SocketAddress, Node> nodes = new LinkedHashMap<>();
    final List<Suspicion> suspicions = new CopyOnWriteArrayList<>();
    final PendingBytes bytes = PendingBytes.atMost(1_000_000);
    private final LoopHomes homes = new LoopHomes(0);

    void add(SocketAddress address, ConnectionRole role, ClientSettings settings, Failures failures) {
        HandConnector connector = new HandConnector(context, failures);
        connectors.put(address, connector);
        NodeAddress itself = NodeAddress
                .of(new RedisOptions().setConnectionString("redis://" + address.host() + ":" + address.port()));
        nodes.put(address, new Node(vertx, itself, role, settings, homes, bytes, NodeWatcher.NOBODY, telemetry -> connector));
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Override
    public Optional<Node> owner(int slot) {
        return node(primary(slot).orElseThrow());
    }

    @Override
    public Optional<Node> node(SocketAddress address) {
        return Optional.of(nodes.get(address));
    }

    @Override
    public void suspect(Suspicion reason) {
        suspicions.add(reason);
    }

    <T> T onLoop(Callable<T> action) throws Exception {
        return loop.submit(action).get(20, TimeUnit.SECONDS);
    }
}
