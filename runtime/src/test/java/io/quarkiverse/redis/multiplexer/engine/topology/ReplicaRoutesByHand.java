package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisReplicas;
import io.vertx.redis.client.Response;

/** A {@link ClusterLoop} to one shard, a primary and two replicas, that are the test. */
abstract class ReplicaRoutesByHand extends NodesByHand implements ReplicaRoutes.Knowledge {

    static final SocketAddress PRIMARY = SocketAddress.inetSocketAddress(1, "p");
    static final SocketAddress A = SocketAddress.inetSocketAddress(2, "a");
    static final SocketAddress B = SocketAddress.inetSocketAddress(3, "b");

    final MultiplexerOptions options = new MultiplexerOptions().setReconnectInitial(Duration.ofHours(1))
            .setReconnectMax(Duration.ofHours(1)).setLivenessTimeout(Duration.ofHours(1));
    final Map<SocketAddress, HandSocket> servers = new HashMap<>();
    final List<SocketAddress> doubted = new CopyOnWriteArrayList<>();
    final SlotMap map = new SlotMap(List.of(shard()), List.of(new SlotMap.Range(0, SlotMap.SLOTS - 1, shard())));
    final ToldCommands told = new ToldCommands(() -> List.of(nodes.get(PRIMARY)));
    volatile SocketAddress owner = PRIMARY;
    volatile ReadMap current;
    ClusterLoop cluster;

    static Shard shard() {
        return new Shard(member(PRIMARY), List.of(member(A), member(B)));
    }

    static Shard.Member member(SocketAddress address) {
        return new Shard.Member(address, Shard.Health.ONLINE, "");
    }

    void fit(RedisReplicas mode, SocketAddress... fit) {
        current = new ReadMap(new ReadPolicy(mode, ""), map, Set.of(fit), Map.of());
    }

    /** Starts it with a connection to each server. */
    void start(RedisReplicas mode, SocketAddress... fit) throws Exception {
        fit(mode, fit);
        RedisOptions redis = new RedisOptions().setConnectionString("redis://p:1");
        ClientSettings settings = ClientSettings.of("test", redis, options);
        Failures failures = new Failures("test", NodeAddress.of(redis), options);
        for (SocketAddress address : List.of(PRIMARY, A, B)) {
            add(address, address == PRIMARY ? ConnectionRole.PLAIN : ConnectionRole.READ_ONLY, settings, failures);
        }
        cluster = new ClusterLoop(vertx, 0, loop, this, settings, failures, bytes);
        // As long as nobody is connected, the primary answers.
        List<Future<Response>> first = send("GET first", "GET first");
        connect(PRIMARY);
        taken(PRIMARY);
        say(PRIMARY, "+OK;+OK;");
        assertTrue(first.stream().allMatch(Future::succeeded));
        for (SocketAddress address : fit) {
            connect(address);
        }
    }

    void connect(SocketAddress address) throws Exception {
        servers.put(address, onLoop(connectors.get(address).attempt(1)::succeed));
        settle();
    }

    @Override
    public SlotMap map() {
        return map;
    }

    @Override
    public Optional<SocketAddress> primary(int slot) {
        return Optional.of(owner);
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
        owner = to;
    }

    @Override
    public Optional<ReplicaRoutes.Knowledge> replicas() {
        return Optional.of(this);
    }

    @Override
    public ReadMap current() {
        return current;
    }

    @Override
    public void doubt(SocketAddress replica) {
        doubted.add(replica);
    }

    List<Future<Response>> send(String... commands) throws Exception {
        List<Promise<Response>> promises = Arrays.stream(commands).map(words -> Promise.<Response> promise()).toList();
        onLoop(() -> {
            for (int i = 0; i < commands.length; i++) {
                cluster.submit(new SingleCommand(Commands.request(commands[i]), promises.get(i), CommandReport.NONE));
            }
            return null;
        });
        settle();
        return promises.stream().map(Promise::future).toList();
    }

    void say(SocketAddress server, String resp) throws Exception {
        onLoop(() -> {
            servers.get(server).say(resp);
            return null;
        });
        settle();
    }

    void lose(SocketAddress server) throws Exception {
        onLoop(() -> {
            servers.get(server).close();
            return null;
        });
        settle();
    }

    List<String> taken(SocketAddress server) throws Exception {
        return onLoop(servers.get(server)::takeSent);
    }

    void settle() throws Exception {
        for (int i = 0; i < 4; i++) {
            onLoop(() -> null);
        }
    }
}
