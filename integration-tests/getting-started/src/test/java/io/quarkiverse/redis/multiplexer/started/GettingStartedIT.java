package io.quarkiverse.redis.multiplexer.started;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From nothing to an answered request, with the tools and the server that a newcomer has: none but ours. */
class GettingStartedIT {

    private static final String TOOL = "io.quarkus.platform:quarkus-maven-plugin:" + Checkout.QUARKUS_VERSION;
    private static final String OURS = "io.quarkiverse.redis-multiplexer.quarkus-redis-multiplexer-";
    private static final String ENDPOINT = """
            package org.acme;

            import io.quarkus.redis.datasource.RedisDataSource;
            import jakarta.ws.rs.GET;
            import jakarta.ws.rs.Path;

            @Path("/greeting")
            public class Greeting {

                private final RedisDataSource redis;

                Greeting(RedisDataSource redis) {
                    this.redis = redis;
                }

                @GET
                public String greet() {
                    return "Hello, visitor " + redis.value(Long.class).incr("visitors");
                }
            }
            """;

    private static Checkout checkout;

    @BeforeAll
    static void publish() throws IOException {
        checkout = new Checkout();
    }

    @Test
    void anEmptyApplicationAnswersOnceTheExtensionWasAdded() throws Exception {
        Path folder = checkout.folder("empty");
        checkout.maven(folder, TOOL + ":create", "-DprojectGroupId=org.acme", "-DprojectArtifactId=empty", "-DnoCode",
                "-Dextensions=rest");
        Path application = folder.resolve("empty");
        // By its coordinates: by its name, Quarkus wants the catalogs of the whole platform, which is not to be had everywhere.
        checkout.maven(application, "quarkus:add-extension", "-DquarkusRegistryClient=false",
                "-Dextensions=io.quarkiverse.redis-multiplexer:quarkus-redis-multiplexer:" + Checkout.VERSION);
        Path source = Files.createDirectories(application.resolve("src/main/java/org/acme"));
        Files.writeString(source.resolve("Greeting.java"), ENDPOINT);

        int port = freePort();
        Path log = checkout.log("dev-mode");
        Process devMode = checkout.start(application, log, "quarkus:dev", "-Ddebug=false", "-Dquarkus.http.port=" + port);
        try {
            await().atMost(Duration.ofMinutes(3)).ignoreExceptionsMatching(IOException.class::isInstance)
                    .until(() -> get(port, "/greeting").statusCode() == 200);
            assertEquals("Hello, visitor 2", get(port, "/greeting").body());
            String clients = DevUi.ask(port, "quarkus-redis-multiplexer_clients");
            assertTrue(clients.contains("<default>"), clients);
            assertQuiet(Checkout.read(log));
        } catch (Throwable e) {
            e.addSuppressed(new IllegalStateException(Checkout.read(log)));
            throw e;
        } finally {
            checkout.end(devMode);
        }
    }

    @Test
    void aGeneratedApplicationPassesItsOwnTestsAndCanBePackaged() throws Exception {
        Path folder = checkout.folder("generated");
        checkout.maven(folder, TOOL + ":create", "-DprojectGroupId=com.example.shop", "-DprojectArtifactId=shop",
                "-Dextensions=redis-multiplexer");
        Path application = folder.resolve("shop");
        assertTrue(Files.exists(application.resolve("src/main/java/com/example/shop/VisitResource.java")));
        checkout.maven(application, "package");
        assertTrue(Files.exists(application.resolve("target/quarkus-app/quarkus-run.jar")));
        assertEquals(List.of(OURS + Checkout.VERSION + ".jar"),
                ourLibraries(application.resolve("target/quarkus-app/lib/main")));
        assertTrue(Files.exists(application.resolve("target/surefire-reports/com.example.shop.VisitResourceTest.txt")));
    }

    /** Makes everything that native-image is given, which is as far as one gets without it. */
    @ParameterizedTest
    @ValueSource(strings = { "showcase", "monitored" })
    void anApplicationIsReadyForNativeImage(String name) throws Exception {
        Path application = checkout.application(name);
        checkout.maven(application, "package", "-Dnative", "-Dquarkus.native.sources-only=true", "-DskipTests");
        Path sources = application.resolve("target/native-sources");
        String arguments = Files.readString(sources.resolve("native-image.args"));
        assertTrue(arguments.contains("quarkus-redis-multiplexer-" + name), arguments);
        try (Stream<Path> libraries = Files.list(sources.resolve("lib"))) {
            // Quarkus gives a jar another name when it has left something out of it.
            String ours = OURS + Checkout.VERSION + ".jar";
            assertTrue(libraries.anyMatch(library -> library.toString().endsWith(ours)), sources::toString);
        }
    }

    /** What only dev mode needs is not among them. */
    private static List<String> ourLibraries(Path folder) throws IOException {
        try (Stream<Path> libraries = Files.list(folder)) {
            return libraries.map(library -> library.getFileName().toString()).filter(name -> name.startsWith(OURS)).toList();
        }
    }

    /** Nobody has to be told that there is no Docker, where there is none. */
    private static void assertQuiet(String log) {
        if (System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"))) {
            return;
        }
        List<String> application = log.lines().filter(line -> line.matches("\\d{4}-\\d\\d-\\d\\d .*")).toList();
        // The key is that of the registry that this test has.
        assertEquals(List.of(), application.stream().filter(line -> line.contains(" ERROR ")
                || line.contains(" WARN ") && !line.contains("quarkus.tools.config")).toList());
        assertTrue(application.size() < 25, log);
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
