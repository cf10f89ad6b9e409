package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** A {@link ClusterLoop} to two servers that are the test, which says who has which slot. */
abstract class ClusterLoopByHand implements Routes.Knowledge {

    static final SocketAddress A = SocketAddress.inetSocketAddress(1, "a");
    static final SocketAddress B = SocketAddress.inetSocketAddress(2, "b");
    static final SlotMap SOME = new SlotMap(
            List.of(new Shard(new Shard.Member(A, Shard.Health.ONLINE, ""), List.of())), List.of());

    final Vertx vertx = Vertx.vertx();
    final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    final EventLoop loop = VertxAccess.eventLoop(context);
    final MultiplexerOptions options = new MultiplexerOptions().setReconnectInitial(Duration.ofMillis(1))
            .setReconnectMax(Duration.ofMillis(1)).setLivenessTimeout(Duration.ofHours(1));
    final Map<SocketAddress, HandConnector> connectors = new HashMap<>();
    final Map<SocketAddress, Node> nodes = new LinkedHashMap<>();
    final Map<Integer, SocketAddress> moved = new HashMap<>();
    final List<Suspicion> suspicions = new ArrayList<>();
    volatile SlotMap map = SOME;
    volatile SocketAddress owner = A;
    final ToldCommands told = new ToldCommands(() -> List.of(nodes.get(A), nodes.get(B)));
    ClusterLoop cluster;

    /** A command, and what becomes of it. */
    record Sent(SingleCommand command, Future<Response> answer) {

        String reply() {
            awaitUntil(answer::isComplete);
            return answer.succeeded() ? answer.result().toString() : answer.cause().getMessage();
        }
    }

    void start() {
        RedisOptions redis = new RedisOptions().setConnectionString("redis://a:1");
        ClientSettings settings = ClientSettings.of("test", redis, options);
        Failures failures = Failures.ofCluster("test", List.of(NodeAddress.of(redis)), options);
        PendingBytes bytes = PendingBytes.atMost(1_000_000);
        LoopHomes homes = new LoopHomes(0);
        for (SocketAddress address : List.of(A, B)) {
            HandConnector connector = new HandConnector(context, failures);
            connectors.put(address, connector);
            NodeAddress itself = NodeAddress
                    .of(new RedisOptions().setConnectionString("redis://" + address.host() + ":" + address.port()));
            nodes.put(address, new Node(vertx, itself, ConnectionRole.PLAIN, settings, homes, bytes,
                    Node.NOBODY, telemetry -> connector));
        }
        cluster = new ClusterLoop(vertx, 0, loop, this, settings, failures, bytes);
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Override
    public SlotMap map() {
        return map;
    }

    @Override
    public Optional<SocketAddress> primary(int slot) {
        return Optional.of(moved.getOrDefault(slot, owner));
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
    public Set<SocketAddress> primaries() {
        return Set.of(owner);
    }

    @Override
    public ToldCommands commands() {
        return told;
    }

    @Override
    public void moved(int slot, SocketAddress to) {
        moved.put(slot, to);
    }

    @Override
    public void suspect(Suspicion reason) {
        suspicions.add(reason);
    }

    List<Sent> send(String... commands) throws Exception {
        List<Sent> sent = Arrays.stream(commands).map(words -> {
            Promise<Response> promise = Promise.promise();
            return new Sent(new SingleCommand(Commands.request(words), promise, CommandReport.NONE), promise.future());
        }).toList();
        onLoop(() -> {
            sent.forEach(one -> cluster.submit(one.command));
            return null;
        });
        settle();
        return sent;
    }

    HandSocket connect(SocketAddress node, int attempt) throws Exception {
        return onLoop(connectors.get(node).attempt(attempt)::succeed);
    }

    void say(HandSocket server, String resp) throws Exception {
        onLoop(() -> {
            server.say(resp);
            return null;
        });
        settle();
    }

    List<String> taken(HandSocket server) throws Exception {
        return onLoop(server::takeSent);
    }

    void settle() throws Exception {
        onLoop(() -> null);
        onLoop(() -> null);
    }

    <T> T onLoop(Callable<T> action) throws Exception {
        return loop.submit(action).get(20, TimeUnit.SECONDS);
    }

    static String movedTo(SocketAddress node) {
        return "-MOVED " + Commands.slot(new SingleCommand(Commands.request("GET k"), Promise.promise(), CommandReport.NONE))
                + " " + node.host() + ":" + node.port() + ";";
    }
}
