package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.RespClient;

/** A JVM that ends without a word takes its server with it. */
class EmbeddedRedisOrphanTest {

    private Process jvm;
    private ProcessHandle server;
    private ProcessHandle guard;
    private Path folder;

    @BeforeEach
    void startServerInAnotherJvm() throws IOException {
        // Its process group is not that of the tests, so that it can be killed as a whole; and it hears signals that a job in
        // the background, or under nohup, would have its children ignore.
        jvm = new ProcessBuilder("setsid", "env", "--default-signal=HUP,INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Jvm.class.getName()).redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8);
        String line;
        do {
            line = output.readLine();
            assertTrue(line != null, "The JVM has ended");
        } while (!line.startsWith(Jvm.STARTED));
        try (RespClient client = new RespClient(Integer.parseInt(line.substring(Jvm.STARTED.length())))) {
            String pid = ((String) client.call("INFO", "server")).lines().filter(info -> info.startsWith("process_id:"))
                    .findFirst().orElseThrow().substring("process_id:".length());
            folder = Path.of((String) ((List<?>) client.call("CONFIG", "GET", "dir")).get(1));
            server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
            guard = server.parent().orElseThrow();
        }
        assertEquals(jvm.pid(), guard.parent().orElseThrow().pid());
    }

    @AfterEach
    void killWhatIsLeft() {
        jvm.destroyForcibly();
        guard.descendants().forEach(ProcessHandle::destroyForcibly);
        guard.destroyForcibly();
        server.destroyForcibly();
    }

    @Test
    void whenItIsKilled() throws Exception {
        assertEquals(0, new ProcessBuilder("kill", "-KILL", String.valueOf(jvm.pid())).start().waitFor());
        assertNothingIsLeft();
    }

    @Test
    void whenItIsTerminated() throws Exception {
        assertEquals(0, new ProcessBuilder("kill", "-TERM", String.valueOf(jvm.pid())).start().waitFor());
        assertNothingIsLeft();
    }

    @Test
    void whenItIsKilledAndTheServerDoesNotReact() throws Exception {
        assertEquals(0, new ProcessBuilder("kill", "-STOP", String.valueOf(server.pid())).start().waitFor());
        assertEquals(0, new ProcessBuilder("kill", "-KILL", String.valueOf(jvm.pid())).start().waitFor());
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = { "HUP", "INT", "TERM", "KILL" })
    void whenItsWholeProcessGroupIs(String signal) throws Exception {
        assertEquals(0, new ProcessBuilder("kill", "-s", signal, "--", "-" + jvm.pid()).start().waitFor());
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = { "HUP", "TERM" })
    void whenTheGuardWasMeantToo(String signal) throws Exception {
        // Without setsid(1), the guard and its watcher are in the process group of the JVM.
        for (ProcessHandle process : List.of(guard, watcher())) {
            assertEquals(0, new ProcessBuilder("kill", "-s", signal, String.valueOf(process.pid())).start().waitFor());
        }
        assertTrue(server.isAlive());
        assertEquals(0, new ProcessBuilder("kill", "-KILL", String.valueOf(jvm.pid())).start().waitFor());
        assertNothingIsLeft();
    }

    private ProcessHandle watcher() {
        return guard.children().filter(child -> child.pid() != server.pid()).findFirst().orElseThrow();
    }

    private void assertNothingIsLeft() throws Exception {
        jvm.onExit().get(10, TimeUnit.SECONDS);
        server.onExit().get(10, TimeUnit.SECONDS);
        guard.onExit().get(10, TimeUnit.SECONDS);
        assertFalse(Files.exists(folder));
    }

    /** Starts a server, says where, and does nothing more. */
    static final class Jvm {

        static final String STARTED = "started on ";

        public static void main(String[] arguments) throws InterruptedException {
            EmbeddedRedis redis = new EmbeddedRedis(Settings.none(), BinaryFinder.system(), "TEST");
            redis.start();
            System.out.println(STARTED + redis.getConnectionInfo().substring("127.0.0.1:".length()));
            Thread.currentThread().join();
        }
    }
}
