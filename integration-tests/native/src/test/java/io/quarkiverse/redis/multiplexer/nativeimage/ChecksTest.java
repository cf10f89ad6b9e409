package io.quarkiverse.redis.multiplexer.nativeimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.quarkiverse.redis.multiplexer.test.RedisServer;

/** What checks say of an application that starts, and can do nothing. */
class ChecksTest {

    /** Short: what is waited for never comes. */
    private static final Scale SCALE = new Scale(1, Duration.ZERO, 1, 100, 1, Duration.ofSeconds(1));
    private static final Duration START = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static RedisServer server;
    private static RunningApplication application;
    private static Ground ground;

    @BeforeAll
    static void start() throws Exception {
        server = RedisServer.start();
        Program fake = fake();
        application = RunningApplication.start(fake, Map.of("quarkus.redis.hosts", server.url()), "/anything",
                folder.resolve("fake.log"), START);
        ground = new Ground(fake, application, server, SCALE, folder.resolve("another.log"));
    }

    @AfterAll
    static void stop() {
        application.close();
        server.close();
    }

    private static Program fake() {
        String java = ProcessHandle.current().info().command().orElse("java");
        return new Program("executable", List.of(java, "-cp", classes().toString()),
                List.of(FakeApplication.class.getName()));
    }

    /** Of this module's tests. */
    private static Path classes() {
        return Path.of(FakeApplication.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    /** And the server is left as it was found. */
    private static void assertSaid(String expected, Check check) {
        Failed failure = assertThrows(Failed.class, () -> check.run(ground), check.name());
        assertTrue(failure.getMessage().contains(expected), failure.getMessage());
        assertTrue(server.isAlive(), check.name());
    }

    @Test
    void testsThatFailAreNamed() {
        assertSaid("1 of 2 pass: fails(): org.opentest4j.AssertionFailedError: expected: <Nairobi> but was: <Mombasa>",
                new IntegrationTests(List.of(classes()), FailingShowcase.class.getName()));
        assertSaid("there is no nowhere", new IntegrationTests(List.of(Path.of("nowhere")), "Nothing"));
    }

    @Test
    void nobodyGetsIntoTheChat() {
        assertSaid("waited 1 s in vain for the chat to let two in", new Chat());
        assertSaid("waited 1 s in vain for the chat to let two in", new Restarts());
    }

    @Test
    void noReportOfLoadIsAFailure() {
        assertSaid("not all of 5000 commands succeed: {}", new ManyCallers());
        Failed failure = assertThrows(Failed.class, () -> new CommandLoad(100, 10).perSecond(application));
        assertEquals("not all of 100 commands succeed: {}", failure.getMessage());
    }

    @Test
    void whoDoesNotNoticeAFrozenServerIsToldOf() {
        assertSaid("waited 1 s in vain for requests to be told that the server does not answer; at last there was 0",
                new FrozenServer());
    }

    @Test
    void whoTrustsEverybodyIsToldOf() {
        assertSaid("with a certificate that is not trusted, the answer is 200 {}", new Tls());
    }

    @Test
    void whoHasNoPricesNoMetricsNoSpansAndNoHealthIsToldOf() throws Exception {
        assertSaid("a price is of no origin, and not COMPUTED", new Cache());
        assertSaid("there is no redis_multiplexer_commands_total among the metrics", new Metrics());
        assertSaid("the health is 200 {}", new Health());
        try (SpanCollector collector = new SpanCollector()) {
            assertSaid("waited 1 s in vain for spans", new Tracing(collector));
        }
    }

    @Test
    void requestsPerSecondAndMemoryAreOfThatProcess() throws Exception {
        assertTrue(new HttpLoad("/anything", 100).perSecond(application) > 0);
        assertTrue(application.residentBytes() > 1_000_000);
        application.assertAlive();
    }

    @Test
    void aProgramThatEndsIsToldWithItsLastWords() {
        Program ending = new Program("executable", List.of("/bin/sh", "-c", "echo no such file; exit 3"), List.of());
        Failed failure = assertThrows(Failed.class,
                () -> RunningApplication.start(ending, Map.of(), "/", folder.resolve("ending.log"), START));
        assertEquals("it has ended with exit code 3: no such file", failure.getMessage());
    }

    @Test
    void aProgramThatNeverAnswersIsToldOf() {
        Program silent = new Program("executable", List.of("/bin/sh", "-c", "echo here I am; exec sleep 60"), List.of());
        Failed failure = assertThrows(Failed.class, () -> RunningApplication.start(silent, Map.of(), "/first",
                folder.resolve("silent.log"), Duration.ofSeconds(1)));
        assertTrue(failure.getMessage()
                .startsWith("it does not answer GET /first on the port of -Dquarkus.http.port within 1 s, but ")
                && failure.getMessage().endsWith(": here I am"), failure.getMessage());
    }
}
