package io.quarkiverse.redis.multiplexer.test;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A real Redis server on a free port of the loopback interface, without persistence. What it logs is in {@link #log()}.
 */
public final class RedisServer implements AutoCloseable {

    private static final long START_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int MOST_QUESTIONS_TO_REPLICAS = 50;

    private static final int SLOTS = 16384;

    private final List<String> command;
    private final int port;
    private final int tlsPort;
    private final Path folder;
    /** Not in the folder: the system allows about 100 bytes of path, and the folder may be below any checkout. */
    private final Path unixSocket = Path.of("/tmp", "redis-test-" + UUID.randomUUID() + ".sock");
    /** What it is told in a file that it may change itself; empty if it is told all on the command line. */
    private final List<String> configuration;
    private Process process;

    private RedisServer(RedisBinary binary, List<String> configuration) {
        this.port = FreePort.any();
        this.tlsPort = 0;
        this.folder = Path.of(System.getProperty("java.io.tmpdir"), "redis-test-" + UUID.randomUUID());
        this.command = new ArrayList<>(binary.command());
        command.addAll(List.of(folder.resolve("sentinel.conf").toString(), "--sentinel"));
        this.configuration = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1", "dir " + folder));
        this.configuration.addAll(configuration);
    }

    private RedisServer(RedisBinary binary, boolean tls, List<String> arguments) {
        this.port = arguments.contains("--cluster-enabled") ? FreePort.forCluster() : FreePort.any();
        this.tlsPort = tls ? FreePort.any() : 0;
        this.folder = Path.of(System.getProperty("java.io.tmpdir"), "redis-test-" + UUID.randomUUID());
        this.configuration = List.of();
        this.command = new ArrayList<>(binary.command());
        command.addAll(
                List.of("--port", String.valueOf(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
                        folder.toString(), "--unixsocket", unixSocket.toString()));
        if (binary != RedisBinary.REDIS_6_2) {
            // Redis 6 always allows DEBUG, and knows no option for it.
            command.addAll(List.of("--enable-debug-command", "yes"));
        }
        if (tls) {
            command.addAll(List.of("--tls-port", String.valueOf(tlsPort)));
        }
        command.addAll(arguments);
    }

    /**
     * One that is not started before {@link #run()}. For static fields of tests that Quarkus loads twice: the second one is
     * never started.
     */
    public static RedisServer prepare(String... arguments) {
        return new RedisServer(RedisBinary.any(), false, List.of(arguments));
    }

    /** @param arguments as on the command line: {@code "--requirepass", "secret"} */
    public static RedisServer start(String... arguments) {
        return start(RedisBinary.any(), arguments);
    }

    public static RedisServer start(RedisBinary binary, String... arguments) {
        return new RedisServer(binary, false, List.of(arguments)).run();
    }

    /** A sentinel. @param configuration lines of its file, besides its port */
    static RedisServer startSentinel(RedisBinary binary, List<String> configuration) {
        return new RedisServer(binary, configuration).run();
    }

    /** One that speaks TLS on {@link #tlsUrl()}, with this certificate. */
    public static RedisServer startWithTls(Path certificate, Path key, String... arguments) {
        return prepareWithTls(certificate, key, arguments).run();
    }

    /** One that speaks TLS on {@link #tlsUrl()}, and is not started before {@link #run()}: the files need not exist yet. */
    public static RedisServer prepareWithTls(Path certificate, Path key, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--tls-cert-file", certificate.toString(), "--tls-key-file", key.toString(),
                "--tls-ca-cert-file", certificate.toString(), "--tls-auth-clients", "no"));
        all.addAll(List.of(arguments));
        return new RedisServer(RedisBinary.any(), true, all);
    }

    public int port() {
        return port;
    }

    public String url() {
        return "redis://localhost:" + port;
    }

    public String tlsUrl() {
        return "rediss://localhost:" + tlsPort;
    }

    /** Where it works, and writes its files. */
    public Path folder() {
        return folder;
    }

    public Path unixSocket() {
        return unixSocket;
    }

    public String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection of the test's own to look at the server with. */
    public RespClient client() {
        return new RespClient(port);
    }

    /**
     * How many replicas have acknowledged what it has sent them last. One that has just fetched the data gets nothing more
     * before an acknowledgement, though its link is up; if the first one comes too soon, the next one takes a second. One that
     * gets more all the time may be a moment behind.
     */
    int acknowledgingReplicas() {
        try (RespClient client = client()) {
            // Something to be acknowledged, if nothing was written.
            askReplicas(client);
            long written = written(replication(client));
            for (int asked = 1;; asked++) {
                askReplicas(client);
                List<Long> all = acknowledged(replication(client)).toList();
                long current = all.stream().filter(offset -> offset >= written).count();
                if (current == all.size() || asked == MOST_QUESTIONS_TO_REPLICAS) {
                    return (int) current;
                }
            }
        } catch (IllegalStateException e) {
            // It is a replica itself.
            return 0;
        }
    }

    /**
     * Returns when all replicas that it knows have acknowledged what it had written when this was called. WAIT alone would not
     * do: it waits for the writes of its own connection.
     */
    public void awaitReplicas() {
        try (RespClient client = client()) {
            long written = written(replication(client));
            Waiting.until("replicas to have what was written", START_TIMEOUT_NANOS, () -> {
                if (acknowledged(replication(client)).allMatch(offset -> offset >= written)) {
                    return true;
                }
                askReplicas(client);
                return false;
            }, () -> replication(client));
        }
    }

    /**
     * For an acknowledgement, which else comes once a second. WAIT for more than there are does that, and takes all its time.
     */
    private static void askReplicas(RespClient client) {
        client.call("WAIT", String.valueOf(Integer.MAX_VALUE), "10");
    }

    private static String replication(RespClient client) {
        return (String) client.call("INFO", "replication");
    }

    private static long written(String replication) {
        return offsets(replication, "master_repl_offset:").findFirst().orElseThrow();
    }

    private static Stream<Long> acknowledged(String replication) {
        return offsets(replication, "slave\\d+:.*,offset=");
    }

    private static Stream<Long> offsets(String replication, String before) {
        return Pattern.compile("^" + before + "(\\d+)", Pattern.MULTILINE).matcher(replication).results()
                .map(match -> Long.valueOf(match.group(1)));
    }

    /** Gives it all slots, once it runs: a cluster of one server. */
    public void formCluster() {
        try (RespClient client = client()) {
            client.call(addSlots(0, SLOTS));
            Waiting.until("a cluster of one", START_TIMEOUT_NANOS, () -> clusterInfo(client).contains("cluster_state:ok"),
                    () -> clusterInfo(client));
        }
    }

    private static String clusterInfo(RespClient client) {
        return (String) client.call("CLUSTER", "INFO");
    }

    /** The words of the command. One by one: Redis 6 knows no ranges. */
    static String[] addSlots(int from, int to) {
        return Stream.concat(Stream.of("CLUSTER", "ADDSLOTS"), IntStream.range(from, to).mapToObj(String::valueOf))
                .toArray(String[]::new);
    }

    /**
     * Skips the test that asks, and says why, if this is Redis 6.
     *
     * @param what it does not have
     */
    public void assumeSince7(String what) {
        assumeTrue(!isRedis6(), () -> "Redis 6 has no " + what);
    }

    public boolean isRedis6() {
        try (RespClient client = client()) {
            return client.call("INFO", "server").toString().contains("redis_version:6");
        }
    }

    /** Starts it; after {@link #kill()} it starts again, on the same port. @param more arguments, for this time */
    public RedisServer run(String... more) {
        try {
            Files.createDirectories(folder);
            if (!configuration.isEmpty() && !Files.exists(folder.resolve("sentinel.conf"))) {
                Files.write(folder.resolve("sentinel.conf"), configuration);
            }
            process = new ProcessBuilder(Stream.concat(command.stream(), Stream.of(more)).toList())
                    .redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
            awaitStart();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitStart() {
        long deadline = System.nanoTime() + START_TIMEOUT_NANOS;
        while (!log().contains(configuration.isEmpty() ? "eady to accept connections" : "+monitor master")) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IllegalStateException(String.join(" ", command) + " did not start:\n" + log());
            }
            pause(5);
        }
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** {@code kill -9}: no goodbye to anybody. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Stops the process ({@code SIGSTOP}) without closing its sockets: nothing is answered until {@link #thaw()}. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets a {@linkplain #freeze() frozen} process go on. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).inheritIO().start().onExit().join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closing it twice does nothing more. */
    @Override
    public void close() {
        kill();
        unixSocket.toFile().delete();
        if (Files.exists(folder)) {
            deleteFolder();
        }
    }

    private void deleteFolder() {
        try (var files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port that nobody listens on right now, and that no connection has. */
    public static int freePort() {
        return FreePort.any();
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
