package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.smallrye.certs.CertificateGenerator;
import io.smallrye.certs.CertificateRequest;
import io.smallrye.certs.Format;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
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
    private final LoopHomes homes = new LoopHomes(0);
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

    private Future<Void> connect(String host) {
        return connect(host, new NetClientOptions());
    }

    private Future<Void> connect(String host, NetClientOptions sockets) {
        ClientSettings settings = ClientSettings.of("test", new RedisOptions().setType(RedisClientType.CLUSTER)
                .setConnectionString(host).setNetClientOptions(sockets), new MultiplexerOptions());
        PendingBytes bytes = PendingBytes.atMost(1_000_000);
        EventLoop loop = VertxAccess.eventLoop(context);
        view = new ClusterView(loop, settings, new Asker() {
            @Override
            public Future<Response> ask(NodeAddress address, Request request) {
                asked.incrementAndGet();
                return nodes.computeIfAbsent(address.socket(),
                        socket -> new Node(vertx, address, ConnectionRole.PLAIN, settings, homes, bytes,
                                NodeWatcher.NOBODY))
                        .question(context, request);
            }
        });
        return view.whenKnown(context);
    }

    private static SocketAddress address(RedisCluster cluster, int node) {
        return SocketAddress.inetSocketAddress(cluster.port(node), "127.0.0.1");
    }

    /** A doubtful answer, of nodes that have not heard of a failover yet, is asked for again soon. */
    private void assertTellsTheTruth(RedisCluster cluster) {
        awaitUntil(() -> tellsTheTruth(cluster));
    }

    private boolean tellsTheTruth(RedisCluster cluster) {
        return Stream.of(0, 1, 2, 5461, 10923, 16383)
                .allMatch(slot -> view.primary(slot).filter(address(cluster, cluster.owner(slot))::equals).isPresent());
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
            // For a moment, nobody may have the slot.
            boolean follows = view.primary(5500).filter(address(cluster, replica)::equals).isPresent();
            if (!follows) {
                view.suspect(Suspicion.READONLY);
            }
            return follows;
        });
        cluster.awaitStable();
        awaitUntil(() -> {
            boolean truth = tellsTheTruth(cluster);
            if (!truth) {
                // On a busy machine, another replica may have taken its primary for dead: callers would meet the refusals of that.
                view.suspect(Suspicion.READONLY);
            }
            return truth;
        });
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

    /** All nodes are where the one was asked, and only ports are told. */
    @Test
    void nodesMayHaveNoHost() throws Exception {
        RedisBinary.REDIS_7_0.assumeThere();
        try (RedisCluster cluster = RedisCluster.start(RedisBinary.REDIS_7_0, 3, 0, "--cluster-preferred-endpoint-type",
                "unknown-endpoint")) {
            await(connect(cluster.node(0).url()));
            for (int slot : List.of(0, 5461, 16383)) {
                assertEquals(SocketAddress.inetSocketAddress(cluster.port(cluster.owner(slot)), "localhost"),
                        view.primary(slot).orElseThrow());
            }
            awaitUntil(() -> asked.get() >= 2);
            assertEquals(3, view.nodes().size());
        }
    }

    @Test
    void nodesMayAnnounceNames() throws Exception {
        RedisBinary.VALKEY_9_1.assumeThere();
        try (RedisCluster cluster = RedisCluster.start(RedisBinary.VALKEY_9_1, 3, 0, "--cluster-preferred-endpoint-type",
                "hostname", "--cluster-announce-hostname", "localhost")) {
            await(connect("redis://127.0.0.1:" + cluster.port(1)));
            awaitUntil(() -> view.nodes().stream().allMatch(node -> node.host().equals("localhost")));
            assertEquals(3, view.nodes().size());
        }
    }

    /** The certificate is for the name that is configured, and the nodes tell their addresses. */
    @Test
    void withTlsNodesAreWhereTheySpeakItAndHaveTheNameThatIsConfigured(@TempDir Path folder) throws Exception {
        new CertificateGenerator(folder, true).generate(new CertificateRequest().withName("redis").withCN("localhost")
                .withSubjectAlternativeName("DNS:localhost").withFormat(Format.PEM).withDuration(Duration.ofDays(1)));
        Path certificate = folder.resolve("redis.crt");
        try (RedisServer server = RedisServer.startWithTls(certificate, folder.resolve("redis.key"), "--cluster-enabled", "yes",
                "--tls-cluster", "yes", "--cluster-announce-ip", "127.0.0.1")) {
            server.formCluster();
            PemTrustOptions trust = new PemTrustOptions().addCertPath(certificate.toString());
            await(connect(server.tlsUrl(), new NetClientOptions().setTrustOptions(trust)));

            SocketAddress told = view.primary(0).orElseThrow();
            int port = Integer.parseInt(server.tlsUrl().replaceAll(".*:", ""));
            assertEquals(SocketAddress.inetSocketAddress(port, "127.0.0.1"), told);
            // The one that has been told confirms it, so it has been connected to.
            awaitUntil(() -> asked.get() >= 2 && nodes.containsKey(told) && nodes.get(told).status().lanes().stream()
                    .anyMatch(lane -> lane.state() == ConnectionState.READY));
        }
    }
}
