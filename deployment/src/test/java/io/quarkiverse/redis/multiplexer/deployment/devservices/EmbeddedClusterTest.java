package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.redis.client.impl.RedisURI;

/** An embedded cluster, as its servers see it. */
class EmbeddedClusterTest {

    private EmbeddedRedis redis;

    @AfterEach
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1 })
    void allServersAgreeThatItIsWhole(int replicas) {
        long begin = System.nanoTime();
        start(Settings.cluster(replicas));
        System.out.printf("A cluster of 3 primaries with %d replicas each has started in %d ms%n", replicas,
                Duration.ofNanos(System.nanoTime() - begin).toMillis());
        assertIsWhole(replicas, Optional.empty());
    }

    static Stream<RedisBinary> theOldestAndTheNewestVersionDo() {
        return Stream.of(RedisBinary.REDIS_6_2, RedisBinary.REDIS_8_0, RedisBinary.VALKEY_9_1);
    }

    @ParameterizedTest
    @MethodSource
    void theOldestAndTheNewestVersionDo(RedisBinary binary) {
        binary.assumeThere();
        start(Settings.clusterWithBinary(binary.find().orElseThrow().toString(), 1));
        assertIsWhole(1, Optional.empty());
    }

    @Test
    void theCarriedBinaryDoes() {
        redis = new EmbeddedRedis(Settings.cluster(0), new BinaryFinder(List.of(),
                CarriedBinary.forPlatform(System.getProperty("os.name"), System.getProperty("os.arch"))), "TEST");
        redis.start();
        assertIsWhole(0, Optional.empty());
    }

    @Test
    void thePrimariesAreWhatClientsConnectTo() {
        start(Settings.cluster(1));
        assertTrue(redis.getConnectionInfo().matches("127\\.0\\.0\\.1:\\d+(,127\\.0\\.0\\.1:\\d+){2}"),
                redis.getConnectionInfo());
        assertEquals("redis://" + redis.getConnectionInfo().replace(",", ",redis://"), redis.hosts());
        for (int port : ports().subList(0, 3)) {
            assertTrue(redis.hosts().contains("127.0.0.1:" + port));
            assertTrue(call(port, "INFO", "replication").contains("role:master"));
        }
        for (int port : ports().subList(3, 6)) {
            assertTrue(call(port, "INFO", "replication").contains("role:slave"));
        }
    }

    @Test
    void aPasswordIsForClientsAndForReplicas() {
        String password = "s%c r+e:t@/?#&,é";
        start(Settings.cluster(1, "--requirepass", password));
        for (String url : redis.hosts().split(",")) {
            assertEquals(password, new RedisURI(url).password());
        }
        assertFalse(redis.getConnectionInfo().contains("s%c"));
        assertFalse(redis.describe().orElseThrow().toString().contains("s%c"));
        assertIsWhole(1, Optional.of(password));
        assertThrows(IllegalStateException.class, () -> call(ports().get(0), "PING"));
    }

    @Test
    void argumentsReachEveryServerAndLeaveItInTheCluster() {
        start(Settings.cluster(0, "--maxmemory", "10mb", "--cluster-node-timeout", "1234", "--cluster-enabled", "no",
                "--cluster-config-file", "/nowhere", "--port", "1"));
        assertIsWhole(0, Optional.empty());
        for (int port : ports()) {
            try (RespClient client = new RespClient(port)) {
                assertEquals(List.of("cluster-node-timeout", "1234"), client.call("CONFIG", "GET", "cluster-node-timeout"));
                assertEquals(List.of("maxmemory", "10485760"), client.call("CONFIG", "GET", "maxmemory"));
            }
        }
    }

    @Test
    void leavesNothingBehindWhenItIsClosed() {
        start(Settings.cluster(1));
        List<ProcessHandle> servers = ports().stream().map(EmbeddedClusterTest::process).toList();
        List<Path> folders = ports().stream().map(EmbeddedClusterTest::folder).toList();
        assertEquals(6, Set.copyOf(folders).size());
        folders.forEach(folder -> assertTrue(Files.isDirectory(folder)));
        redis.close();
        servers.forEach(server -> assertFalse(server.isAlive()));
        folders.forEach(folder -> assertFalse(Files.exists(folder)));
        assertEquals(Optional.empty(), redis.describe());
    }

    @Test
    void aRestartGivesAnEmptyClusterOnTheSamePorts() {
        start(Settings.cluster(0));
        List<Integer> ports = ports();
        List<ProcessHandle> servers = ports.stream().map(EmbeddedClusterTest::process).toList();
        assertEquals("OK", call(owner("key"), "SET", "key", "value"));
        redis.restart();
        servers.forEach(server -> assertFalse(server.isAlive()));
        assertEquals(ports, ports());
        assertIsWhole(0, Optional.empty());
        assertEquals("null", call(owner("key"), "GET", "key"));
    }

    @Test
    void consecutivePortsBeginWithTheConfiguredOne() throws IOException {
        int first = freeRange(3);
        start(Settings.clusterWithPort(first, 0));
        assertEquals(List.of(first, first + 1, first + 2), ports());
        assertIsWhole(0, Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 2, 10_001 })
    void aTakenPortIsReported(int offset) throws IOException {
        int first = freeRange(3);
        int port = first + offset;
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName(LoopbackPort.ADDRESS))) {
            String message = assertThrows(ConfigurationException.class, () -> start(Settings.clusterWithPort(first, 0)))
                    .getMessage();
            String bus = offset < 10_000 ? "" : ", for the bus of the cluster,";
            assertTrue(message.startsWith("Dev Services cannot start a cluster for the default Redis client: port " + port
                    + bus + " is taken; change quarkus.redis-multiplexer.devservices.port"), message);
        }
    }

    @Test
    void aBinaryThatIsTooOldIsReported(@TempDir Path temporary) throws IOException {
        String old = script(temporary.resolve("old-server"), "echo 'Redis server v=4.0.14'\n");
        String message = assertThrows(ConfigurationException.class, () -> start(Settings.clusterWithBinary(old, 0)))
                .getMessage();
        assertEquals("Dev Services cannot start a cluster for the default Redis client: Redis 4.0.14 (" + old
                + ") is older than 5.0, which a cluster needs; change quarkus.redis-multiplexer.devservices.binary", message);
    }

    @Test
    void serversThatDoNotAgreeAreEnded(@TempDir Path temporary) throws IOException {
        Path pids = temporary.resolve("pids");
        // They are in no cluster, so they refuse to form one.
        String loners = script(temporary.resolve("loners"), """
                real=%s
                [ "$1" = --version ] && exec "$real" --version
                echo $$ >> %s
                exec "$real" "$@" --cluster-enabled no
                """.formatted(RedisBinary.any().find().orElseThrow(), pids));
        String message = assertThrows(IllegalStateException.class, () -> start(Settings.clusterWithBinary(loners, 0)))
                .getMessage();
        assertTrue(message.startsWith("Dev Services could not start a cluster for the default Redis client with "), message);
        assertTrue(message.contains("to CLUSTER, the server on port "), message);
        assertTrue(message.contains("cluster support disabled"), message);
        List<String> servers = Files.readAllLines(pids);
        assertEquals(3, servers.size());
        servers.forEach(pid -> assertEquals(Optional.empty(),
                ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)));
    }

    @Test
    void aClusterThatIsNotWholeInTimeIsEnded() {
        Duration tooShort = Duration.ofMillis(1500);
        ServerSettings settings = new ServerSettings(ClientKeys.DEFAULT, OptionalInt.empty(), Optional.empty(),
                Optional.empty(), List.of(), Settings.cluster(0).shape(), tooShort);
        String message = assertThrows(IllegalStateException.class, () -> start(settings)).getMessage();
        assertTrue(message.contains("after 1500 ms (quarkus.devservices.timeout)"), message);
        assertEquals(Optional.empty(), redis.describe());
    }

    private void start(ServerSettings settings) {
        redis = new EmbeddedRedis(settings, BinaryFinder.system(), "TEST");
        redis.start();
    }

    private List<Integer> ports() {
        return redis.describe().orElseThrow().ports();
    }

    private void assertIsWhole(int replicas, Optional<String> password) {
        List<Integer> ports = ports();
        assertEquals(3 * (1 + replicas), ports.size());
        Set<String> views = new HashSet<>();
        for (int port : ports) {
            try (RespClient client = new RespClient(port)) {
                password.ifPresent(secret -> client.call("AUTH", secret));
                assertTrue(((String) client.call("CLUSTER", "INFO")).contains("cluster_state:ok"));
                assertTrue(((String) client.call("CLUSTER", "INFO")).contains("cluster_slots_assigned:16384"));
                views.add(slots(client, replicas));
            }
        }
        assertEquals(1, views.size(), views::toString);
    }

    /** The ranges with the ports of their servers, in the order of the slots. */
    private static String slots(RespClient client, int replicas) {
        List<List<Object>> ranges = new ArrayList<>();
        for (Object range : (List<?>) client.call("CLUSTER", "SLOTS")) {
            List<?> fields = (List<?>) range;
            List<Object> row = new ArrayList<>(fields.subList(0, 2));
            for (Object node : fields.subList(2, fields.size())) {
                assertEquals("127.0.0.1", ((List<?>) node).get(0));
                row.add(((List<?>) node).get(1));
            }
            assertEquals(3 + replicas, row.size(), row::toString);
            ranges.add(row);
        }
        assertEquals(3, ranges.size());
        return ranges.stream().map(Object::toString).sorted().toList().toString();
    }

    private int owner(String key) {
        long slot = Long.parseLong(call(ports().get(0), "CLUSTER", "KEYSLOT", key));
        return ports().get((int) (slot * 3 / 16384));
    }

    private static String call(int port, String... words) {
        try (RespClient client = new RespClient(port)) {
            return String.valueOf(client.call(words));
        }
    }

    private static ProcessHandle process(int port) {
        String pid = call(port, "INFO", "server").lines().filter(line -> line.startsWith("process_id:")).findFirst()
                .orElseThrow().substring("process_id:".length());
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private static Path folder(int port) {
        try (RespClient client = new RespClient(port)) {
            return Path.of((String) ((List<?>) client.call("CONFIG", "GET", "dir")).get(1));
        }
    }

    /** The first of so many free ports, whose bus is free too. */
    private static int freeRange(int size) throws IOException {
        while (true) {
            int first = LoopbackPort.free();
            if (IntStream.range(first, first + size).noneMatch(
                    port -> LoopbackPort.isTaken(port) || LoopbackPort.isTaken(port + ClusterShape.BUS_OFFSET))) {
                return first;
            }
        }
    }

    private static String script(Path path, String content) throws IOException {
        Files.writeString(path, "#!/bin/sh\n" + content);
        assertTrue(path.toFile().setExecutable(true));
        return path.toString();
    }
}
