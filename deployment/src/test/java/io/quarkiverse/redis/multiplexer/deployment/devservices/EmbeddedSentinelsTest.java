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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.redis.client.impl.RedisURI;

/** An embedded primary with replicas, with sentinels and without, as its servers see it. */
class EmbeddedSentinelsTest {

    private static final String NAME = "orders";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private EmbeddedRedis redis;
    private Optional<String> password = Optional.empty();

    @AfterEach
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 2 })
    void allSentinelsAgree(int replicas) {
        long begin = System.nanoTime();
        start(Settings.sentinels(replicas));
        System.out.printf("A primary, %d replicas and 3 sentinels have started in %d ms%n", replicas,
                Duration.ofNanos(System.nanoTime() - begin).toMillis());
        assertIsWatched(replicas);
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void everyVersionDoes(RedisBinary binary) throws InterruptedException {
        binary.assumeThere();
        password = Optional.of("s%c r+e:t@/?#&,é\"\\");
        start(Settings.sentinelsWithBinary(binary.find().orElseThrow().toString(), 1, "--requirepass", password.get()));
        assertIsWatched(1);
        failover();
    }

    @Test
    void theCarriedBinaryDoes() {
        redis = new EmbeddedRedis(Settings.sentinels(2), new BinaryFinder(List.of(),
                CarriedBinary.forPlatform(System.getProperty("os.name"), System.getProperty("os.arch"))), "TEST");
        redis.start();
        assertIsWatched(2);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 2 })
    void replicasHaveTheDataOfThePrimaryWithoutSentinels(int replicas) {
        start(Settings.replication(replicas));
        assertEquals(1 + replicas, ports().size());
        assertAreReplicated(ports());
        assertEquals(ports(), hosts());
        // On one connection: WAIT waits for the writes of its own.
        try (RespClient client = client(ports().get(0))) {
            assertEquals("OK", client.call("SET", "key", "value"));
            assertEquals((long) replicas, client.call("WAIT", String.valueOf(replicas), "5000"));
        }
        ports().forEach(port -> assertEquals("value", call(port, "GET", "key")));
    }

    @Test
    void thePasswordIsForClientsReplicasAndSentinels() throws InterruptedException {
        password = Optional.of("s%c r+e:t@/?#&,é");
        start(Settings.sentinels(2, "--requirepass", password.get()));
        for (String url : redis.hosts().split(",")) {
            assertEquals(password.get(), new RedisURI(url).password());
        }
        assertFalse(redis.getConnectionInfo().contains("s%c"));
        assertFalse(redis.describe().orElseThrow().toString().contains("s%c"));
        assertIsWatched(2);
        for (int port : ports()) {
            try (RespClient client = new RespClient(port)) {
                assertThrows(IllegalStateException.class, () -> client.call("PING"));
            }
        }
        failover();
    }

    @Test
    void sentinelsMakeAnotherServerThePrimaryWhenItIsKilled() throws InterruptedException {
        start(Settings.sentinels(2));
        int old = ports().get(0);
        process(old).destroyForcibly();
        awaitOtherThan(old);
    }

    @Test
    void argumentsAreOfServers() {
        start(Settings.sentinels(1, "--maxmemory", "10mb", "--port", "1", "--repl-ping-replica-period", "7"));
        assertIsWatched(1);
        for (int port : data()) {
            try (RespClient client = new RespClient(port)) {
                assertEquals(List.of("maxmemory", "10485760"), client.call("CONFIG", "GET", "maxmemory"));
                assertEquals(List.of("repl-ping-replica-period", "7"),
                        client.call("CONFIG", "GET", "repl-ping-replica-period"));
            }
        }
    }

    @Test
    void leavesNothingBehindWhenItIsClosed() {
        start(Settings.sentinels(2));
        List<ProcessHandle> servers = ports().stream().map(this::process).toList();
        List<ProcessHandle> guards = servers.stream().map(server -> server.parent().orElseThrow()).toList();
        Set<Path> folders = Set.copyOf(servers.stream().map(EmbeddedSentinelsTest::folder).toList());
        assertEquals(6, folders.size());
        folders.forEach(folder -> assertTrue(Files.isDirectory(folder)));
        redis.close();
        servers.forEach(server -> assertFalse(server.isAlive()));
        guards.forEach(guard -> assertFalse(guard.isAlive()));
        folders.forEach(folder -> assertFalse(Files.exists(folder)));
        assertEquals(Optional.empty(), redis.describe());
    }

    @Test
    void aRestartAfterAFailoverGivesEmptyServersOnTheSamePorts() throws InterruptedException {
        start(Settings.sentinels(1));
        List<Integer> ports = ports();
        assertEquals("OK", call(ports.get(0), "SET", "key", "value"));
        failover();
        redis.restart();
        assertEquals(ports, ports());
        assertIsWatched(1);
        assertEquals("null", call(ports.get(0), "GET", "key"));
    }

    @Test
    void consecutivePortsBeginWithTheConfiguredOne() throws IOException {
        int first = freeRange(5);
        start(Settings.sentinelsWithPort(first, 1));
        assertEquals(IntStream.range(first, first + 5).boxed().toList(), ports());
        assertEquals(List.of(first + 2, first + 3, first + 4), hosts());
        assertIsWatched(1);
    }

    @Test
    void aTakenPortIsReported() throws IOException {
        int first = freeRange(5);
        try (ServerSocket other = new ServerSocket(first + 4, 1, InetAddress.getByName(LoopbackPort.ADDRESS))) {
            String message = assertThrows(ConfigurationException.class, () -> start(Settings.sentinelsWithPort(first, 1)))
                    .getMessage();
            assertTrue(
                    message.startsWith("Dev Services cannot start a primary with sentinels for the default Redis client: port "
                            + (first + 4) + " is taken; change quarkus.redis-multiplexer.devservices.port"),
                    message);
        }
    }

    @Test
    void serversAreEndedIfSentinelsDoNotStart(@TempDir Path temporary) throws IOException {
        Path pids = temporary.resolve("pids");
        Path blind = temporary.resolve("blind");
        Files.writeString(blind, """
                #!/bin/sh
                real=%s
                [ "$1" = --version ] && exec "$real" --version
                echo $$ >> %s
                [ "$2" = --sentinel ] && exec "$real" --unknown-option
                exec "$real" "$@"
                """.formatted(RedisBinary.any().find().orElseThrow(), pids));
        assertTrue(blind.toFile().setExecutable(true));
        String message = assertThrows(IllegalStateException.class,
                () -> start(Settings.sentinelsWithBinary(blind.toString(), 1))).getMessage();
        assertTrue(
                message.startsWith("Dev Services could not start a primary with sentinels for the default Redis client with "),
                message);
        assertTrue(message.contains("it has ended with status 1"), message);
        List<String> processes = Files.readAllLines(pids);
        // The last ones may have ended before they could write.
        assertTrue(processes.size() > 2, processes::toString);
        processes.forEach(pid -> assertEquals(Optional.empty(),
                ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)));
    }

    private void start(ServerSettings settings) {
        redis = new EmbeddedRedis(settings, BinaryFinder.system(), "TEST");
        redis.start();
    }

    private List<Integer> ports() {
        return redis.describe().orElseThrow().ports();
    }

    private List<Integer> data() {
        return ports().subList(0, ports().size() - 3);
    }

    private List<Integer> hosts() {
        return Arrays.stream(redis.getConnectionInfo().split(",")).map(host -> {
            assertTrue(host.startsWith("127.0.0.1:"), host);
            return Integer.valueOf(host.substring("127.0.0.1:".length()));
        }).toList();
    }

    private void assertIsWatched(int replicas) {
        List<Integer> ports = ports();
        assertEquals(1 + replicas + 3, ports.size());
        assertAreReplicated(data());
        List<Integer> sentinels = ports.subList(1 + replicas, ports.size());
        assertEquals(sentinels, hosts());
        for (int sentinel : sentinels) {
            assertEquals(ports.get(0), primary(sentinel));
            try (RespClient client = client(sentinel)) {
                assertEquals(replicas, ((List<?>) client.call("SENTINEL", "REPLICAS", NAME)).size());
                assertEquals(2, ((List<?>) client.call("SENTINEL", "SENTINELS", NAME)).size());
                assertTrue(client.call("SENTINEL", "CKQUORUM", NAME).toString().startsWith("OK 3 usable Sentinels"));
            }
        }
    }

    private void assertAreReplicated(List<Integer> servers) {
        for (int port : servers) {
            String role = port == servers.get(0) ? "role:master" : "role:slave";
            assertTrue(call(port, "INFO", "replication").contains(role));
            assertTrue(port == servers.get(0) || call(port, "INFO", "replication").contains("master_link_status:up"));
        }
    }

    /** Begins at once: replicas that could not be chosen would be an error. */
    private void failover() throws InterruptedException {
        assertEquals("OK", call(hosts().get(0), "SENTINEL", "FAILOVER", NAME));
        awaitOtherThan(ports().get(0));
    }

    private void awaitOtherThan(int old) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (int sentinel : hosts()) {
            while (primary(sentinel) == old) {
                assertTrue(System.nanoTime() < deadline, "There is no other primary in time");
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertTrue(call(primary(sentinel), "INFO", "replication").contains("role:master"));
        }
    }

    private int primary(int sentinel) {
        try (RespClient client = client(sentinel)) {
            List<?> address = (List<?>) client.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
            assertEquals("127.0.0.1", address.get(0));
            return Integer.parseInt((String) address.get(1));
        }
    }

    private String call(int port, String... words) {
        try (RespClient client = client(port)) {
            return String.valueOf(client.call(words));
        }
    }

    private RespClient client(int port) {
        RespClient client = new RespClient(port);
        password.ifPresent(secret -> client.call("AUTH", secret));
        return client;
    }

    private ProcessHandle process(int port) {
        String pid = call(port, "INFO", "server").lines().filter(line -> line.startsWith("process_id:")).findFirst()
                .orElseThrow().substring("process_id:".length());
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    /** The one in which it runs: a sentinel does not tell it. */
    private static Path folder(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", String.valueOf(process.pid()), "cwd"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first of so many free ports. */
    private static int freeRange(int size) throws IOException {
        while (true) {
            int first = LoopbackPort.free();
            if (IntStream.range(first, first + size).noneMatch(LoopbackPort::isTaken)) {
                return first;
            }
        }
    }
}
