package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link ClusterView} of real clusters, asked on the lanes of their nodes. */
class ClusterViewServersTest {

    private static final Pattern QUERIES = Pattern.compile("cmdstat_cluster\\|(slots|shards):calls=(\\d+)");

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final Map<SocketAddress, Node> nodes = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private ClusterView view;

    @AfterEach
    void stop() throws Exception {
        if (view != null) {
            view.close();
        }
        for (Node node : nodes.values()) {
            node.close(Duration.ZERO);
        }
        await(vertx.close());
    }

    private Future<Void> connect(String... hosts) {
        ClientSettings settings = ClientSettings.of("test",
                new RedisOptions().setType(RedisClientType.CLUSTER).setEndpoints(List.of(hosts)), new MultiplexerOptions());
        PendingBytes bytes = PendingBytes.atMost(1_000_000);
        EventLoop loop = VertxAccess.eventLoop(context);
        view = new ClusterView(loop, settings, new Asker() {
            @Override
            public Future<Response> ask(NodeAddress address, Request request) {
                asked.incrementAndGet();
                return nodes.computeIfAbsent(address.socket(),
                        socket -> new Node(vertx, address, ConnectionRole.PLAIN, settings, bytes)).ask(context, request);
            }
        });
        return view.whenKnown(context);
    }

    private static SocketAddress address(RedisCluster cluster, int node) {
        return SocketAddress.inetSocketAddress(cluster.port(node), "127.0.0.1");
    }

    private void assertTellsTheTruth(RedisCluster cluster) {
        for (int slot : List.of(0, 1, 2, 5461, 10923, 16383)) {
            assertEquals(address(cluster, cluster.owner(slot)), view.primary(slot).orElseThrow());
        }
    }

    private static int queries(RedisCluster cluster) {
        int queries = 0;
        for (RedisServer node : cluster.nodes()) {
            try (RespClient client = node.client()) {
                Matcher matcher = QUERIES.matcher((String) client.call("INFO", "commandstats"));
                while (matcher.find()) {
                    queries += Integer.parseInt(matcher.group(2));
                }
            }
        }
        return queries;
    }

    @ParameterizedTest
    @EnumSource(value = RedisBinary.class, names = { "REDIS_6_2", "REDIS_7_0", "REDIS_8_0", "VALKEY_9_1" })
    void itFollowsAClusterThroughReshardingAndFailovers(RedisBinary binary) throws Exception {
        binary.assumeThere();
        try (RedisCluster cluster = RedisCluster.start(binary, 3, 1)) {
            await(connect(cluster.node(0).url()));
            assertTellsTheTruth(cluster);
            // What the only seed has told is confirmed by somebody else.
            awaitUntil(() -> asked.get() >= 2);
            TimeUnit.MILLISECONDS.sleep(1500);

            reshard(cluster, binary);
            failOverAsPlanned(cluster);
            loseAPrimary(cluster);

            // There are no connections to those that have never been primaries.
            assertEquals(List.of(), IntStream.range(3, 6).filter(node -> !cluster.isPrimary(node))
                    .filter(node -> nodes.containsKey(address(cluster, node))).boxed().toList());
        }
    }

    private void reshard(RedisCluster cluster, RedisBinary binary) {
        int before = asked.get();
        for (int node = 0; node < 6; node++) {
            // The cluster of the tests asks for slots as well.
            cluster.call(node, "CONFIG", "RESETSTAT");
        }
        int target = cluster.owner(16383);
        long start = System.nanoTime();
        for (int slot = 0; slot < 30; slot++) {
            int source = cluster.owner(slot);
            cluster.beginMove(slot, source, target);
            cluster.endMove(slot, source, target);
            view.moved(slot, address(cluster, target));
            assertEquals(address(cluster, target), view.primary(slot).orElseThrow());
        }
        awaitUntil(() -> IntStream.range(0, 30)
                .allMatch(slot -> view.current().primary(slot).orElseThrow().equals(address(cluster, target))));
        if (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10)) {
            assertTrue(asked.get() - before <= 5, () -> "asked " + (asked.get() - before) + " times");
        }
        if (binary != RedisBinary.REDIS_6_2) {
            assertEquals(asked.get() - before, queries(cluster));
        }
    }

    private void failOverAsPlanned(RedisCluster cluster) {
        cluster.awaitStable();
        int replica = cluster.replicasOf(1).get(0);
        cluster.failover(replica);
        view.suspect(Suspicion.READONLY);
        awaitUntil(() -> {
            if (!view.primary(5500).orElseThrow().equals(address(cluster, replica))) {
                view.suspect(Suspicion.READONLY);
                return false;
            }
            return true;
        });
        cluster.awaitStable();
        assertTellsTheTruth(cluster);
    }

    /** The one that is the only seed as well. */
    private void loseAPrimary(RedisCluster cluster) {
        int successor = cluster.replicasOf(0).get(0);
        cluster.node(0).close();
        long killed = System.nanoTime();
        view.unreachable(address(cluster, 0));
        awaitUntil(() -> cluster.isPrimary(successor));
        long promoted = System.nanoTime();
        awaitUntil(() -> view.primary(5000).orElseThrow().equals(address(cluster, successor)));
        long noticed = System.nanoTime();
        assertTrue(noticed - promoted < TimeUnit.SECONDS.toNanos(2),
                () -> "promoted after " + TimeUnit.NANOSECONDS.toMillis(promoted - killed) + " ms, noticed after "
                        + TimeUnit.NANOSECONDS.toMillis(noticed - killed) + " ms");
    }

    @Test
    void aServerThatIsNoClusterIsNamed() throws Exception {
        RedisBinary.any().assumeThere();
        try (RedisServer server = RedisServer.start(RedisBinary.any())) {
            Throwable cause = RealRedis.awaitFailure(connect(server.url()));
            assertInstanceOf(ErrorType.class, cause);
            assertTrue(cause.getMessage().contains("quarkus.redis.client-type"), cause.getMessage());
        }
    }

    @Test
    void aUserWhoMayAskInOneFormOnlyIsEnoughAndOneWhoMayNotIsNamed() throws Exception {
        RedisBinary.REDIS_7_0.assumeThere();
        try (RedisCluster cluster = RedisCluster.start(RedisBinary.REDIS_7_0, 3, 0)) {
            for (int node = 0; node < 3; node++) {
                cluster.call(node, "ACL", "SETUSER", "slots", "on", ">p", "~*", "+hello", "+cluster|slots");
                cluster.call(node, "ACL", "SETUSER", "none", "on", ">p", "~*", "+hello");
            }
            String host = "@127.0.0.1:" + cluster.port(0);
            await(connect("redis://slots:p" + host));
            assertTellsTheTruth(cluster);
            view.close();
            nodes.values().forEach(node -> node.close(Duration.ZERO));
            nodes.clear();

            Throwable cause = RealRedis.awaitFailure(connect("redis://none:p" + host));
            assertTrue(cause.getMessage().contains("ACL SETUSER none +cluster|slots"), cause.getMessage());
        }
    }
}
