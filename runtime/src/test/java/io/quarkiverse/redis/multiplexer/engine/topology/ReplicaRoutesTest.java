package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
import io.vertx.redis.client.RedisReplicas;
import io.vertx.redis.client.Response;

/** {@link ReplicaRoutes} and {@link ReplicaLane} in a {@link ClusterLoop}, to servers that are the test. */
class ReplicaRoutesTest implements Routes.Knowledge, ReplicaRoutes.Knowledge {

    private static final SocketAddress PRIMARY = SocketAddress.inetSocketAddress(1, "p");
    private static final SocketAddress A = SocketAddress.inetSocketAddress(2, "a");
    private static final SocketAddress B = SocketAddress.inetSocketAddress(3, "b");

    /** What the lanes have in common has no state that is not told by what they send. */
    static final List<Class<?>> PARTS = List.of(RoutedLane.class, ReplicaLane.class);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final EventLoop loop = VertxAccess.eventLoop(context);
    private final MultiplexerOptions options = new MultiplexerOptions().setReconnectInitial(Duration.ofHours(1))
            .setReconnectMax(Duration.ofHours(1)).setLivenessTimeout(Duration.ofHours(1));
    private final Map<SocketAddress, HandConnector> connectors = new HashMap<>();
    private final Map<SocketAddress, Node> nodes = new LinkedHashMap<>();
    private final Map<SocketAddress, HandSocket> servers = new HashMap<>();
    private final List<SocketAddress> doubted = new CopyOnWriteArrayList<>();
    private final List<Suspicion> suspicions = new CopyOnWriteArrayList<>();
    private final SlotMap map = new SlotMap(List.of(shard()), List.of(new SlotMap.Range(0, SlotMap.SLOTS - 1, shard())));
    private final ToldCommands told = new ToldCommands(() -> List.of(nodes.get(PRIMARY)));
    private volatile SocketAddress owner = PRIMARY;
    private volatile ReadMap current;
    private ClusterLoop cluster;

    private static Shard shard() {
        return new Shard(member(PRIMARY), List.of(member(A), member(B)));
    }

    private static Shard.Member member(SocketAddress address) {
        return new Shard.Member(address, Shard.Health.ONLINE, "");
    }

    private void fit(RedisReplicas mode, SocketAddress... fit) {
        current = new ReadMap(new ReadPolicy(mode, ""), map, Set.of(fit), Map.of());
    }

    /** Starts it with a connection to each server. */
    private void start(RedisReplicas mode, SocketAddress... fit) throws Exception {
        fit(mode, fit);
        RedisOptions redis = new RedisOptions().setConnectionString("redis://p:1");
        ClientSettings settings = ClientSettings.of("test", redis, options);
        Failures failures = new Failures("test", NodeAddress.of(redis), options);
        PendingBytes bytes = PendingBytes.atMost(1_000_000);
        LoopHomes homes = new LoopHomes(0);
        for (SocketAddress address : List.of(PRIMARY, A, B)) {
            HandConnector connector = new HandConnector(context, failures);
            connectors.put(address, connector);
            NodeAddress itself = NodeAddress
                    .of(new RedisOptions().setConnectionString("redis://" + address.host() + ":" + address.port()));
            nodes.put(address, new Node(vertx, itself, address == PRIMARY ? ConnectionRole.PLAIN : ConnectionRole.READ_ONLY,
                    settings, homes, bytes, Node.NOBODY, telemetry -> connector));
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

    private void connect(SocketAddress address) throws Exception {
        servers.put(address, onLoop(connectors.get(address).attempt(1)::succeed));
        settle();
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
        return Optional.of(owner);
    }

    @Override
    public Optional<Node> owner(int slot) {
        return node(owner);
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
        owner = to;
    }

    @Override
    public void suspect(Suspicion reason) {
        suspicions.add(reason);
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

    private List<Future<Response>> send(String... commands) throws Exception {
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

    private void say(SocketAddress server, String resp) throws Exception {
        onLoop(() -> {
            servers.get(server).say(resp);
            return null;
        });
        settle();
    }

    private void lose(SocketAddress server) throws Exception {
        onLoop(() -> {
            servers.get(server).close();
            return null;
        });
        settle();
    }

    private List<String> taken(SocketAddress server) throws Exception {
        return onLoop(servers.get(server)::takeSent);
    }

    private void settle() throws Exception {
        for (int i = 0; i < 4; i++) {
            onLoop(() -> null);
        }
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return loop.submit(action).get(20, TimeUnit.SECONDS);
    }

    @Test
    void readsGoToReplicasByTurnsAndAllElseToThePrimary() throws Exception {
        start(RedisReplicas.ALWAYS, A, B);
        send("GET 1", "GET 2", "SET 3 x", "GET 4", "TOUCH 5", "EVAL s 1 6", "PING");
        assertEquals(List.of("SET 3 x", "TOUCH 5", "EVAL s 1 6", "PING"), taken(PRIMARY));
        List<String> toA = taken(A);
        List<String> toB = taken(B);
        assertEquals(3, toA.size() + toB.size());
        assertTrue(Math.abs(toA.size() - toB.size()) == 1, () -> toA + " " + toB);
    }

    @Test
    void whoSharesHasThePrimaryTakeItsTurn() throws Exception {
        start(RedisReplicas.SHARE, A, B);
        send("GET 1", "GET 2", "GET 3", "GET 4", "GET 5", "GET 6");
        assertEquals(List.of(2, 2, 2), List.of(taken(PRIMARY).size(), taken(A).size(), taken(B).size()));
    }

    @Test
    void partsOfACommandGoToReplicasAndWhatIsAskedOfEveryPrimaryDoesNot() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        send("MGET 1 2 3", "DBSIZE", "SCAN 0");
        assertEquals(3, taken(A).size());
        assertTrue(taken(PRIMARY).containsAll(List.of("DBSIZE")));
    }

    @Test
    void whereNoReplicaIsFitThePrimaryAnswersAndThatIsCounted() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        long before = nodes.get(PRIMARY).fallbacks();
        fit(RedisReplicas.ALWAYS);
        send("GET 1", "GET 2", "SET 3 x");
        assertEquals(List.of("GET 1", "GET 2", "SET 3 x"), taken(PRIMARY));
        assertEquals(before + 2, nodes.get(PRIMARY).fallbacks());
        fit(RedisReplicas.SHARE);
        send("GET 1");
        assertEquals(before + 2, nodes.get(PRIMARY).fallbacks());
    }

    @Test
    void aReadThatAReplicaIsNotFitForGoesToThePrimary() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        for (String error : List.of("-LOADING Redis is loading;", "-MASTERDOWN Link with MASTER is down;",
                "-CLUSTERDOWN The cluster is down;", "-BUSY Redis is busy;", "-READONLY no;", "-NOSCRIPT none;")) {
            Future<Response> read = send("GET 1").get(0);
            assertEquals(List.of("GET 1"), taken(A));
            say(A, error);
            assertEquals(List.of("GET 1"), taken(PRIMARY), error);
            say(PRIMARY, "+value;");
            assertEquals("value", read.result().toString());
        }
        // There is nothing wrong with one that does not know a script.
        assertEquals(List.of(A, A, A, A, A), doubted);
        assertEquals(6, nodes.get(A).fallbacks());
    }

    @Test
    void anErrorOfTheCommandIsTheCallers() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        Future<Response> read = send("GET 1").get(0);
        say(A, "-WRONGTYPE no;");
        assertEquals("WRONGTYPE no", read.cause().getMessage());
        assertEquals(List.of(), taken(PRIMARY));
    }

    @Test
    void whenASlotMovesItsReadsGoToThePrimaryUntilMoreIsKnown() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        for (String word : List.of("MOVED", "ASK", "TRYAGAIN")) {
            send("GET 1");
            assertEquals(List.of("GET 1"), taken(A));
            say(A, "-" + word + " " + Commands.slot(read("GET 1")) + " b:3;");
            send("GET 1", "GET other");
            assertEquals(List.of("GET 1", "GET 1"), taken(PRIMARY));
            assertEquals(List.of("GET other"), taken(A));
            say(PRIMARY, "+OK;+OK;");
            say(A, "+OK;");
            fit(RedisReplicas.ALWAYS, A);
        }
        assertEquals(PRIMARY, owner);
        assertEquals(List.of(Suspicion.MOVED), suspicions);
        assertEquals(List.of(), doubted);
    }

    /** It came late: what is to be known was known already. */
    @Test
    void afterARedirectThatChangesNothingReplicasAreReadFromAgain() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        send("GET 1");
        taken(A);
        say(A, "-MOVED " + Commands.slot(read("GET 1")) + " p:1;");
        awaitUntil(() -> {
            if (!taken(PRIMARY).isEmpty()) {
                say(PRIMARY, "+OK;");
                send("GET 1");
            }
            return !taken(A).isEmpty();
        });
    }

    @Test
    void whenThePrimaryTellsOfAMoveReadsStayWithIt() throws Exception {
        start(RedisReplicas.SHARE, A);
        send("GET 1", "GET 1");
        assertEquals(1, taken(A).size());
        say(PRIMARY, "-ASK " + Commands.slot(read("GET 1")) + " b:3;");
        connect(B);
        assertEquals(List.of("ASKING", "GET 1"), taken(B));
        say(B, "+OK;+OK;");
        taken(PRIMARY);
        send("GET 1", "GET 1");
        assertEquals(List.of("GET 1", "GET 1"), taken(PRIMARY));
    }

    @Test
    void aSlotThatHasAnotherOwnerThanTheMapTellsIsNotReadFromReplicas() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        owner = B;
        fit(RedisReplicas.ALWAYS, A);
        send("GET new");
        assertEquals(List.of(), taken(A));
    }

    @Test
    void whatAReplicaHasNotAnsweredGoesToThePrimaryWhenItsConnectionIsLost() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        List<Future<Response>> reads = send("GET 1", "GET 2");
        assertEquals(List.of("GET 1", "GET 2"), taken(A));
        lose(A);
        awaitUntil(() -> nodes.get(A).fallbacks() == 2);
        settle();
        assertEquals(List.of("GET 1", "GET 2"), taken(PRIMARY));
        send("GET 3");
        assertEquals(List.of("GET 3"), taken(PRIMARY));
        say(PRIMARY, "+1;+2;+3;");
        assertEquals(List.of("1", "2"), reads.stream().map(read -> read.result().toString()).toList());
    }

    @Test
    void whoDoesNotWantReadsToBeRepeatedGetsTheLoss() throws Exception {
        options.setRetryReadOnly(false);
        start(RedisReplicas.ALWAYS, A);
        Future<Response> read = send("GET 1").get(0);
        lose(A);
        awaitUntil(read::isComplete);
        assertTrue(read.failed());
        assertEquals(List.of(), taken(PRIMARY));
    }

    @Test
    void aReplicaThatIsNotConnectedIsPassedOver() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        fit(RedisReplicas.ALWAYS, A, B);
        send("GET 1", "GET 2");
        assertEquals(2, taken(A).size());
        connect(B);
        send("GET 3", "GET 4");
        assertEquals(List.of(1, 1), List.of(taken(A).size(), taken(B).size()));
    }

    @Test
    void whileASlotIsHeldItsReadsWaitWithAllElse() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        send("SET 1 x", "SET 1 y");
        taken(PRIMARY);
        say(PRIMARY, "-CLUSTERDOWN The cluster is down;");
        send("GET 1");
        assertEquals(List.of(), taken(A));
    }

    private static SingleCommand read(String words) {
        return new SingleCommand(Commands.request(words), Promise.promise(), CommandReport.NONE);
    }
}
