package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisReplicas;

/** {@link Replicas}: one primary with one replica, to a server that is the test. */
class ReplicasTest {

    private static final SocketAddress PRIMARY = SocketAddress.inetSocketAddress(1, "p");
    private static final SocketAddress A = SocketAddress.inetSocketAddress(2, "a");
    private static final String IN_SYNC = "role:slave\r\nmaster_link_status:up\r\nmaster_sync_in_progress:0\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final MultiplexerOptions options = new MultiplexerOptions().setReconnectInitial(Duration.ofHours(1))
            .setReconnectMax(Duration.ofHours(1)).setLivenessTimeout(Duration.ofHours(1));
    private final RedisOptions redis = new RedisOptions().setConnectionString("redis://p:1");
    private final Failures failures = new Failures("test", NodeAddress.of(redis), options);
    private final HandConnector connector = new HandConnector(context, failures);
    private final List<SocketAddress> askedPrimaries = new CopyOnWriteArrayList<>();
    private final AtomicInteger recovered = new AtomicInteger();
    private Replicas replicas;
    private HandSocket server;

    @BeforeEach
    void start() {
        ClientSettings settings = ClientSettings.of("test", redis, options);
        replicas = new Replicas(context, new ReadPolicy(RedisReplicas.ALWAYS, "near"),
                watcher -> address -> new Node(vertx,
                        NodeAddress.of(new RedisOptions().setConnectionString("redis://" + address.host() + ":2")),
                        ConnectionRole.READ_ONLY, settings, new LoopHomes(0), PendingBytes.atMost(1_000_000), watcher,
                        telemetry -> connector),
                (primary, request) -> {
                    askedPrimaries.add(primary);
                    return Future.failedFuture("nothing told");
                }, "Redis client 'test'", failures.stopped(), recovered::incrementAndGet);
    }

    @AfterEach
    void stop() throws Exception {
        replicas.close(Duration.ZERO);
        await(vertx.close());
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return VertxAccess.eventLoop(context).submit(action).get(20, TimeUnit.SECONDS);
    }

    private void follow(Health health) throws Exception {
        Shard shard = new Shard(new Member(PRIMARY, Health.ONLINE, ""), List.of(new Member(A, health, "")));
        follow(new SlotMap(List.of(shard), List.of(new SlotMap.Range(0, 16383, shard))));
    }

    private void follow(SlotMap map) throws Exception {
        onLoop(() -> {
            replicas.follow(map);
            return null;
        });
    }

    /** What the replica is asked, all of which it answers. */
    private List<String> answer(String info) throws Exception {
        List<String> asked = new ArrayList<>();
        awaitUntil(() -> asked.addAll(answerWhatIsAsked(info)));
        return asked;
    }

    private List<String> answerWhatIsAsked(String info) throws Exception {
        List<String> asked = onLoop(server::takeSent);
        for (int i = 0; i < asked.size(); i++) {
            onLoop(() -> {
                server.say("$" + info.length() + ";" + info + ";");
                return null;
            });
        }
        return asked;
    }

    @Test
    void aReplicaIsReadFromWhenItHasSaidThatItIsInSyncAndTheZonesOfAllAreKnown() throws Exception {
        follow(Health.ONLINE);
        assertTrue(replicas.current().fit().isEmpty());
        server = onLoop(connector.attempt(1)::succeed);
        assertEquals(Set.of("INFO replication", "INFO server"), Set.copyOf(answer(IN_SYNC + "availability_zone:near\r\n")));
        awaitUntil(() -> replicas.current().fit().equals(Set.of(A)) && replicas.current().zones().equals(Map.of(A, "near")));
        assertEquals(List.of(PRIMARY), askedPrimaries);
        assertEquals(List.of(A), replicas.current().targets(replicas.current().shard(1).orElseThrow()).replicas());
        assertEquals(0, recovered.get());

        replicas.lost(PRIMARY);
        answer(IN_SYNC.replace("up", "down"));
        awaitUntil(() -> replicas.current().fit().isEmpty());
    }

    @Test
    void evidenceAgainstAReplicaCountsAtOnce() throws Exception {
        follow(Health.ONLINE);
        server = onLoop(connector.attempt(1)::succeed);
        answer(IN_SYNC);
        awaitUntil(() -> replicas.current().fit().equals(Set.of(A)));
        replicas.doubt(A);
        awaitUntil(() -> replicas.current().fit().isEmpty());
        answer(IN_SYNC);
        awaitUntil(() -> replicas.current().fit().equals(Set.of(A)));
        replicas.unreachable(A);
        awaitUntil(() -> replicas.current().fit().isEmpty());
        replicas.reachable(A);
        answer(IN_SYNC);
        awaitUntil(() -> replicas.current().fit().equals(Set.of(A)));
    }

    @Test
    void whenOneIsWellThatIsToldNotToBeTheClusterIsToBeAskedAgain() throws Exception {
        follow(Health.FAILED);
        server = onLoop(connector.attempt(1)::succeed);
        answer(IN_SYNC);
        awaitUntil(() -> recovered.get() > 0);
        assertEquals(List.of(), replicas.current().targets(replicas.current().shard(1).orElseThrow()).replicas());
        int before = recovered.get();
        awaitUntil(() -> {
            answerWhatIsAsked(IN_SYNC);
            return recovered.get() > before;
        });

        follow(Health.ONLINE);
        assertEquals(List.of(A), replicas.current().targets(replicas.current().shard(1).orElseThrow()).replicas());
    }

    @Test
    void oneThatIsGoneEndsWhenItsOwnerSaysSo() throws Exception {
        follow(Health.ONLINE);
        Node node = replicas.node(A).orElseThrow();
        assertEquals(List.of(node), replicas.all());
        replicas.retireOthers(Duration.ZERO);
        assertEquals(List.of(node), replicas.all());
        follow(SlotMap.EMPTY);
        assertEquals(List.of(node), replicas.all());
        replicas.retireOthers(Duration.ZERO);
        assertEquals(List.of(), replicas.all());
        assertFalse(replicas.current().fit().contains(A));
    }
}
