package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** A {@link ClusterLoop} to two servers that are the test, which says who has which slot. */
abstract class ClusterLoopByHand extends NodesByHand {

    static final SocketAddress A = SocketAddress.inetSocketAddress(1, "a");
    static final SocketAddress B = SocketAddress.inetSocketAddress(2, "b");
    static final SlotMap SOME = new SlotMap(
            List.of(new Shard(new Shard.Member(A, Shard.Health.ONLINE, ""), List.of())), List.of());

    final MultiplexerOptions options = new MultiplexerOptions().setReconnectInitial(Duration.ofMillis(1))
            .setReconnectMax(Duration.ofMillis(1)).setLivenessTimeout(Duration.ofHours(1));
    final Map<Integer, SocketAddress> moved = new HashMap<>();
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

        Throwable failure() {
            awaitUntil(answer::isComplete);
            return answer.cause();
        }
    }

    void start() {
        RedisOptions redis = new RedisOptions().setConnectionString("redis://a:1");
        ClientSettings settings = ClientSettings.of("test", redis, options);
        Failures failures = Failures.ofSeveral("test", "the cluster of", List.of(NodeAddress.of(redis)), options);
        for (SocketAddress address : List.of(A, B)) {
            add(address, ConnectionRole.PLAIN, settings, failures);
        }
        cluster = new ClusterLoop(vertx, 0, loop, this, settings, failures, bytes);
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

    void submit(PendingCommand command) throws Exception {
        onLoop(() -> {
            cluster.submit(command);
            return null;
        });
        settle();
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

    static String movedTo(SocketAddress node) {
        return "-MOVED " + Commands.slot(new SingleCommand(Commands.request("GET k"), Promise.promise(), CommandReport.NONE))
                + " " + node.host() + ":" + node.port() + ";";
    }
}
