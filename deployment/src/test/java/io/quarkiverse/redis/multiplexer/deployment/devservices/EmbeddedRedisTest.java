package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.redis.client.impl.RedisURI;

class EmbeddedRedisTest {

    private static final int LONGEST_GUARD = 120;

    private EmbeddedRedis redis;

    @AfterEach
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void isARealServerThatKeepsNothingOnDisk() {
        start(Settings.none());
        try (RespClient client = client()) {
            assertEquals("OK", client.call("SET", "key", "value"));
            assertEquals("value", client.call("GET", "key"));
            assertEquals(List.of("save", ""), client.call("CONFIG", "GET", "save"));
            assertEquals(List.of("appendonly", "no"), client.call("CONFIG", "GET", "appendonly"));
        }
    }

    @Test
    void listensOnTheLoopbackInterfaceOnly() throws IOException {
        start(Settings.none());
        for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : Collections.list(device.getInetAddresses())) {
                if (!address.isLoopbackAddress()) {
                    assertThrows(IOException.class, () -> new Socket(address, port()).close(), address.toString());
                }
            }
        }
    }

    @Test
    void leavesNothingBehindWhenItIsClosed() {
        start(Settings.none());
        ProcessHandle server = server();
        Path folder = folder();
        assertTrue(Files.isDirectory(folder));
        redis.close();
        assertFalse(server.isAlive());
        assertFalse(Files.exists(folder));
        redis.close();
    }

    @Test
    void aRestartGivesAnEmptyServerOnTheSamePort() {
        start(Settings.none());
        ProcessHandle first = server();
        int port = port();
        EmbeddedServer description = redis.describe().orElseThrow();
        try (RespClient client = client()) {
            client.call("SET", "key", "value");
        }
        redis.restart();
        assertFalse(first.isAlive());
        assertEquals(port, port());
        assertEquals(Optional.of(description), redis.describe());
        try (RespClient client = client()) {
            assertEquals(null, client.call("GET", "key"));
        }
        redis.close();
        assertEquals(Optional.empty(), redis.describe());
        assertThrows(IllegalStateException.class, redis::restart);
    }

    @Test
    void theCarriedBinaryRuns() throws IOException {
        BinaryFinder carriedOnly = new BinaryFinder(List.of(),
                CarriedBinary.forPlatform(System.getProperty("os.name"), System.getProperty("os.arch")));
        redis = new EmbeddedRedis(Settings.none(), carriedOnly, "TEST");
        redis.start();
        try (RespClient client = client()) {
            assertTrue(((String) client.call("INFO", "server")).contains("redis_version:6.2."));
        }
    }

    @Test
    void argumentsReachTheServerButDoNotMoveIt() {
        start(Settings.withArguments("--maxmemory", "10mb", "--port", "1", "--bind", "0.0.0.0", "--daemonize", "yes",
                "--loglevel", "warning", "--logfile", "redis.log"));
        try (RespClient client = client()) {
            assertEquals(List.of("maxmemory", String.valueOf(10 * 1024 * 1024)), client.call("CONFIG", "GET", "maxmemory"));
            assertEquals(List.of("bind", "127.0.0.1"), client.call("CONFIG", "GET", "bind"));
        }
    }

    @Test
    void theUrlHasThePasswordAndTheConnectionInfoHasNot() {
        String password = "s%c r+e:t@/?#&é";
        start(Settings.withArguments("--requirepass", password));
        RedisURI uri = new RedisURI(redis.hosts());
        assertEquals(password, uri.password());
        assertEquals(port(), uri.socketAddress().port());
        assertEquals("127.0.0.1:" + port(), redis.getConnectionInfo());
        try (RespClient client = client()) {
            assertThrows(IllegalStateException.class, () -> client.call("PING"));
            assertEquals("OK", client.call("AUTH", uri.password()));
        }
    }

    @Test
    void listensOnTheConfiguredPort() throws IOException {
        int port = LoopbackPort.free();
        start(Settings.withPort(port));
        assertEquals("redis://127.0.0.1:" + port, redis.hosts());
        try (RespClient client = new RespClient(port)) {
            assertEquals("PONG", client.call("PING"));
        }
    }

    @Test
    void aTakenPortIsReported() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(LoopbackPort.ADDRESS))) {
            String message = assertThrows(ConfigurationException.class, () -> start(Settings.withPort(other.getLocalPort())))
                    .getMessage();
            assertTrue(message.contains("the default Redis client"), message);
            assertTrue(message.contains("port " + other.getLocalPort() + " is taken"), message);
            assertTrue(message.contains("quarkus.redis-multiplexer.devservices.port"), message);
        }
    }

    @Test
    void aFreePortThatSomebodyElseTakesIsReplacedByAnother(@TempDir Path temporary) throws Exception {
        Path port = pipe(temporary.resolve("port"));
        Path taken = pipe(temporary.resolve("taken"));
        // Fails once, when the port that it is given is taken.
        String script = script(temporary.resolve("late-server"), """
                real=%1$s
                [ "$1" = --version ] && exec "$real" --version
                [ -e %2$s/late ] && exec "$real" "$@"
                touch %2$s/late
                while [ "$1" != --port ]; do shift; done
                echo "$2" > %2$s/port
                read -r line < %2$s/taken
                exit 1
                """.formatted(RedisBinary.any().find().orElseThrow(), temporary));
        CompletableFuture<Void> start = CompletableFuture.runAsync(() -> start(Settings.withBinary(script)));
        int first = Integer.parseInt(Files.readString(port).trim());
        try (ServerSocket other = new ServerSocket(first, 1, InetAddress.getByName(LoopbackPort.ADDRESS))) {
            Files.writeString(taken, "taken\n");
            start.get(20, TimeUnit.SECONDS);
            assertNotEquals(first, port());
            try (RespClient client = client()) {
                assertEquals("PONG", client.call("PING"));
            }
        }
    }

    @Test
    void argumentsThatTheServerRefusesAreReportedWithItsLog() {
        String message = failure(Settings.withArguments("--no-such-option", "1"));
        assertTrue(message.contains("the default Redis client"), message);
        assertTrue(message.contains("quarkus.redis-multiplexer.devservices.arguments"), message);
        assertTrue(message.contains("it has ended with status 1"), message);
        assertTrue(message.contains("no-such-option"), message);
    }

    @Test
    void aRefusedPasswordIsNotReported() {
        String message = failure(Settings.withArguments("--requirepass", "secret", "tail-of-secret"));
        assertTrue(message.contains(">>> 'requirepass ...'"), message);
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void aServerThatDoesNotGetReadyIsEnded(@TempDir Path temporary) throws IOException {
        Path pid = temporary.resolve("pid");
        String script = script(temporary.resolve("slow-server"), """
                [ "$1" = --version ] && { echo "Redis server v=7.0.0"; exit; }
                echo $$ > %s
                echo "will never be ready"
                trap '' TERM
                while :; do sleep 1; done
                """.formatted(pid));
        String message = failure(Settings.withBinary(script, Duration.ofMillis(500)));
        assertTrue(message.contains("it is not ready after 500 ms (quarkus.devservices.timeout)"), message);
        assertTrue(message.contains("will never be ready"), message);
        long process = Long.parseLong(Files.readString(pid).trim());
        assertEquals(Optional.empty(), ProcessHandle.of(process).filter(ProcessHandle::isAlive));
    }

    @Test
    void aServerBehindAScriptIsStoppedToo(@TempDir Path temporary) throws Exception {
        assumeScriptsAreEndedWithWhatTheyRun();
        start(Settings.withBinary(script(temporary.resolve("script"), """
                %s "$@"
                echo ended
                """.formatted(RedisBinary.any().find().orElseThrow()))));
        ProcessHandle server = server();
        redis.close();
        server.onExit().get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void aScriptMayHaveOptionsOfItsOwnAsThatOfRedisStack(RedisBinary binary, @TempDir Path temporary) throws Exception {
        binary.assumeThere();
        assumeScriptsAreEndedWithWhatTheyRun();
        Path server = binary.find().orElseThrow();
        String script = script(temporary.resolve("redis-stack-server"), """
                CMD=%s
                ${CMD} ${CONFFILE} --dir %s --protected-mode no --daemonize no --maxmemory 10mb --maxclients 100 $*
                """.formatted(server, temporary));
        ServerBinary direct = ServerBinary.probe(server);
        ServerBinary behind = ServerBinary.probe(Path.of(script));
        assertEquals(direct.version(), behind.version());
        assertEquals(direct.product(), behind.product());

        start(Settings.withBinary(script, "--maxclients", "50"));
        try (RespClient client = client()) {
            assertEquals(List.of("maxmemory", String.valueOf(10 * 1024 * 1024)), client.call("CONFIG", "GET", "maxmemory"));
            assertEquals(List.of("maxclients", "50"), client.call("CONFIG", "GET", "maxclients"));
            assertEquals(List.of("save", ""), client.call("CONFIG", "GET", "save"));
        }
        assertNotEquals(temporary, folder());
    }

    @Test
    void listsOfProcessesShowAShortGuard() {
        start(Settings.withArguments("--requirepass", "s3cr3t"));
        ProcessHandle guard = ProcessHandle.current().children().filter(ProcessHandle::isAlive)
                .filter(child -> child.info().commandLine().orElse("").contains("redis-guard")).findFirst().orElseThrow();
        String shown = guard.info().commandLine().orElseThrow();
        assertTrue(shown.length() < LONGEST_GUARD, shown);
        assertFalse(shown.contains("trap"), shown);
        assertFalse(shown.contains("s3cr3t"), shown);
    }

    @Test
    void aFrozenServerIsStopped() throws Exception {
        start(Settings.none());
        ProcessHandle server = server();
        assertEquals(0, new ProcessBuilder("kill", "-STOP", String.valueOf(server.pid())).start().waitFor());
        assertTimeoutPreemptively(Duration.ofSeconds(20), redis::close);
        assertFalse(server.isAlive());
    }

    @Test
    void aServerThatEndsByItselfLeavesNoGuardBehind() throws Exception {
        start(Settings.none());
        ProcessHandle server = server();
        ProcessHandle guard = server.parent().orElseThrow();
        Path folder = folder();
        assertEquals(0, new ProcessBuilder("kill", "-KILL", String.valueOf(server.pid())).start().waitFor());
        guard.onExit().get(10, TimeUnit.SECONDS);
        assertFalse(Files.exists(folder));
        redis.close();
    }

    private void start(ServerSettings settings) {
        redis = new EmbeddedRedis(settings, BinaryFinder.system(), "TEST");
        redis.start();
    }

    private String failure(ServerSettings settings) {
        return assertThrows(IllegalStateException.class, () -> start(settings)).getMessage();
    }

    private static void assumeScriptsAreEndedWithWhatTheyRun() {
        assumeTrue(Stream.of(System.getenv("PATH").split(":")).anyMatch(folder -> Files.exists(Path.of(folder, "setsid"))),
                "There is no setsid here");
    }

    private static String script(Path path, String content) throws IOException {
        Files.writeString(path, "#!/bin/sh\n" + content);
        assertTrue(path.toFile().setExecutable(true));
        return path.toString();
    }

    private static Path pipe(Path path) throws Exception {
        assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());
        return path;
    }

    private RespClient client() {
        return new RespClient(port());
    }

    private int port() {
        return Integer.parseInt(redis.getConnectionInfo().substring("127.0.0.1:".length()));
    }

    private ProcessHandle server() {
        try (RespClient client = client()) {
            String pid = ((String) client.call("INFO", "server")).lines().filter(line -> line.startsWith("process_id:"))
                    .findFirst().orElseThrow().substring("process_id:".length());
            return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        }
    }

    private Path folder() {
        try (RespClient client = client()) {
            return Path.of((String) ((List<?>) client.call("CONFIG", "GET", "dir")).get(1));
        }
    }
}
