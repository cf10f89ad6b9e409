package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * A JVM that ends without a word takes all servers of a client with it: those of a cluster, and sentinels and what they watch.
 */
class SeveralServersOrphanTest {

    private Process jvm;
    private List<Server> servers = List.of();

    private record Server(ProcessHandle process, ProcessHandle guard, Path folder) {

        static Server on(int port) {
            try (RespClient client = new RespClient(port)) {
                String pid = ((String) client.call("INFO", "server")).lines()
                        .filter(info -> info.startsWith("process_id:")).findFirst().orElseThrow()
                        .substring("process_id:".length());
                ProcessHandle process = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
                // A sentinel does not tell its folder.
                return new Server(process, process.parent().orElseThrow(),
                        Files.readSymbolicLink(Path.of("/proc", pid, "cwd")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void startInAnotherJvm(String what) throws IOException {
        jvm = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Jvm.class.getName(), what).redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8);
        String line;
        do {
            line = output.readLine();
            assertTrue(line != null, "The JVM has ended");
        } while (!line.startsWith(Jvm.STARTED));
        servers = Stream.of(line.substring(Jvm.STARTED.length()).split(",")).map(Integer::valueOf).map(Server::on).toList();
        assertEquals(6, servers.size());
    }

    @AfterEach
    void killWhatIsLeft() {
        jvm.destroyForcibly();
        for (Server server : servers) {
            server.guard.descendants().forEach(ProcessHandle::destroyForcibly);
            server.guard.destroyForcibly();
            server.process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({ "KILL,cluster", "TERM,cluster", "KILL,sentinels", "TERM,sentinels" })
    void nothingIsLeft(String signal, String what) throws Exception {
        startInAnotherJvm(what);
        assertEquals(0, new ProcessBuilder("kill", "-s", signal, String.valueOf(jvm.pid())).start().waitFor());
        jvm.onExit().get(10, TimeUnit.SECONDS);
        for (Server server : servers) {
            server.process.onExit().get(10, TimeUnit.SECONDS);
            server.guard.onExit().get(10, TimeUnit.SECONDS);
            assertFalse(Files.exists(server.folder));
        }
    }

    /** Starts what it is told, says where, and does nothing more. */
    static final class Jvm {

        static final String STARTED = "started on ";

        public static void main(String[] arguments) throws InterruptedException {
            ServerSettings settings = arguments[0].equals("cluster") ? Settings.cluster(1) : Settings.sentinels(2);
            EmbeddedRedis redis = new EmbeddedRedis(settings, BinaryFinder.system(), "TEST");
            redis.start();
            System.out.println(STARTED + String.join(",",
                    redis.describe().orElseThrow().ports().stream().map(String::valueOf).toList()));
            Thread.currentThread().join();
        }
    }
}
