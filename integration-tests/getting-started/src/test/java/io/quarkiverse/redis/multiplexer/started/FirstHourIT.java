package io.quarkiverse.redis.multiplexer.started;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * From nothing to an answered request by the words of the README: its commands, its source and its request. Only the extension
 * is not installed once more, as this build has just made it.
 */
class FirstHourIT {

    private static final String TOOL = "io.quarkus.platform:quarkus-maven-plugin:";
    private static final Pattern SOURCE = Pattern.compile("package (\\S+);.*public class (\\w+) .*", Pattern.DOTALL);
    private static final Pattern REQUEST = Pattern.compile("curl localhost:8080(/\\S+)");
    private static final int LONGEST_LOG = 25;
    /** What Maven says, empty lines, and all of the banner but its last line. */
    private static final Pattern UNCOUNTED = Pattern.compile("\\[[A-Z]+\\] .*|[^\\p{Alnum}]*");

    private static Checkout checkout;
    private static Readme readme;
    private static Path source;
    private static URI address;
    private static Path log;
    private static Optional<Process> devMode = Optional.empty();
    private static String firstAnswer;
    private static String logUntilThen;

    @BeforeAll
    static void followTheReadme() throws Exception {
        checkout = new Checkout();
        readme = checkout.readme("In your application");
        Path folder = checkout.folder("first-hour");
        Path clone = folder.resolve("quarkus-redis-multiplexer");
        checkout.putMaven(clone);
        checkout.type(clone, readme.block("shell", 1).replace(TOOL + checkout.quarkusVersion(),
                TOOL + Checkout.QUARKUS_VERSION));
        Path application = folder.resolve("my-app");
        int port = freePort();
        checkout.putMaven(application, "-Ddebug=false", "-Dquarkus.http.port=" + port);
        checkout.type(application, readme.block("shell", 2));
        source = save(readme.block("java", 0), application);
        log = checkout.log("dev-mode");
        devMode = Optional.of(checkout.start(application, log, readme.block("shell", 3)));
        address = URI.create("http://localhost:" + port + match(REQUEST, readme.block("shell", 4)).group(1));
        firstAnswer = awaitAnswer("");
        logUntilThen = Checkout.read(log);
    }

    @AfterAll
    static void endDevMode() throws InterruptedException {
        if (devMode.isPresent()) {
            checkout.end(devMode.get());
        }
    }

    @Test
    void anEmptyApplicationAnswersOnceTheExtensionWasAdded() {
        assertEquals(readme.block("text", 0), firstAnswer);
    }

    @Test
    void theReadmeNamesTheVersionsOfThisBuild() throws IOException {
        assertTrue(readme.block("shell", 1).contains(TOOL + checkout.quarkusVersion() + ":create "));
        assertTrue(readme.block("shell", 2).endsWith(":" + Checkout.VERSION));
        assertTrue(readme.block("xml", 0).contains("<version>" + Checkout.VERSION + "</version>"));
    }

    @Test
    void theDevUiShowsItsClient() throws Exception {
        String clients = DevUi.ask(address.getPort(), "quarkus-redis-multiplexer_clients");
        assertTrue(clients.contains("<default>"), clients);
    }

    /** Nobody has to be told that there is no Docker. */
    @Test
    void itsFirstStartWithoutDockerIsQuiet() {
        assumeThereIsNoDocker();
        List<String> lines = logUntilThen.lines().filter(line -> !UNCOUNTED.matcher(line).matches()).toList();
        assertEquals(List.of(), complaints(logUntilThen));
        assertTrue(lines.size() < LONGEST_LOG, () -> lines.size() + " lines: " + String.join("\n", lines));
    }

    @Test
    void itsLiveReloadWithoutDockerIsQuiet() throws IOException {
        assumeThereIsNoDocker();
        int before = Checkout.read(log).length();
        Files.writeString(source, Files.readString(source).replace("Hello", "Welcome"));
        assertTrue(awaitAnswer("Welcome").startsWith("Welcome, visitor "));
        String logOfTheReload = Checkout.read(log).substring(before);
        assertTrue(logOfTheReload.contains("Live reload total time"), logOfTheReload);
        assertEquals(List.of(), complaints(logOfTheReload));
    }

    /** The key is that of the registry that these tests have. */
    private static List<String> complaints(String log) {
        return log.lines().filter(line -> line.contains("ERROR")
                || line.contains(" WARN ") && !line.contains("quarkus.tools.config")).toList();
    }

    private static void assumeThereIsNoDocker() {
        assumeFalse(System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock")),
                "There is Docker here, and Redis in a container");
    }

    /** Where Java wants it. */
    private static Path save(String text, Path application) throws IOException {
        MatchResult names = match(SOURCE, text);
        Path folder = application.resolve("src/main/java").resolve(names.group(1).replace('.', '/'));
        return Files.writeString(Files.createDirectories(folder).resolve(names.group(2) + ".java"), text);
    }

    private static MatchResult match(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.matches(), text);
        return matcher;
    }

    private static String awaitAnswer(String beginning) {
        try {
            return await().atMost(Duration.ofMinutes(10)).ignoreExceptionsMatching(IOException.class::isInstance)
                    .until(FirstHourIT::ask, answer -> answer.statusCode() == 200 && answer.body().startsWith(beginning))
                    .body();
        } catch (RuntimeException e) {
            e.addSuppressed(new IllegalStateException(Checkout.read(log)));
            throw e;
        }
    }

    private static HttpResponse<String> ask() throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(20)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
