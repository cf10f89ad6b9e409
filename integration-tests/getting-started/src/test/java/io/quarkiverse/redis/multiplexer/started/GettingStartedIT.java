package io.quarkiverse.redis.multiplexer.started;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Quarkus' own tools make with the extension. */
class GettingStartedIT {

    private static final String TOOL = "io.quarkus.platform:quarkus-maven-plugin:" + Checkout.QUARKUS_VERSION;
    private static final String OURS = "io.quarkiverse.redis-multiplexer.quarkus-redis-multiplexer-";

    private static Checkout checkout;

    @BeforeAll
    static void publish() throws IOException {
        checkout = new Checkout();
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
}
