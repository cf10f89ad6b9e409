package io.quarkiverse.redis.multiplexer.nativeimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import picocli.CommandLine;

/**
 * The whole command, with scripts that start the packaged applications on a JVM in the place of native executables, which are
 * not to be had everywhere.
 */
class NativeRunIT {

    private static final List<String> FIGURES = List.of("first_answer_ms", "idle_rss_mb", "loaded_rss_mb",
            "requests_per_second");

    @TempDir
    static Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void sayWhereTheProjectIs() throws IOException {
        System.setProperty("native.project", project().toString());
    }

    private static Path project() throws IOException {
        return Path.of("../..").toRealPath();
    }

    @Test
    void aStandInPassesEveryCheckBesideTheJvm() throws Exception {
        int exit = run("--executable", standIn("showcase"), "--monitored-executable", standIn("monitored"), "--brief");

        assertEquals(0, exit, () -> err + "\n" + out);
        assertEquals(1, out.toString().lines().count(), out::toString);
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertEquals(0, report.get("violations").size());
        JsonNode showcase = report.get("showcase");
        assertFigures(showcase);
        for (String program : List.of("executable", "jvm")) {
            assertTrue(showcase.get(program).get("commands_per_second").asDouble() > 0, showcase::toString);
        }
        assertEquals(List.of("integration tests", "chat", "load", "restarts", "frozen server", "TLS"),
                names(showcase.get("checks")));
        String tests = showcase.get("checks").get("integration tests").asText();
        assertTrue(tests.matches("([1-9]\\d+) of \\1 pass"), tests);
        JsonNode monitored = report.get("monitored");
        assertFigures(monitored);
        assertEquals(List.of("cache", "metrics", "tracing", "health"), names(monitored.get("checks")));
    }

    @Test
    void whatDoesNotStartIsAViolation() throws Exception {
        int exit = run("--executable", script("echo out of order >&2; exit 3"), "--brief");

        assertEquals(1, exit, err::toString);
        JsonNode violations = new ObjectMapper().readTree(out.toString()).get("violations");
        assertEquals(
                "[\"showcase, start and load: the executable does not start: it has ended with exit code 3: out of order\"]",
                violations.toString());
    }

    @Test
    void whatIsNotThereIsAMistakeOfTheCaller() throws Exception {
        assertEquals(2, run("--executable", folder.resolve("nothing").toString()));
        assertTrue(err.toString().contains(folder.resolve("nothing") + " can't be executed"), err::toString);
        assertEquals(2, run());
        assertTrue(err.toString().contains("No executable is given"), err::toString);
    }

    private static void assertFigures(JsonNode application) {
        for (String program : List.of("executable", "jvm")) {
            for (String figure : FIGURES) {
                assertTrue(application.get(program).get(figure).asDouble() > 0, figure + " of " + program + ": " + application);
            }
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private int run(String... arguments) {
        return new CommandLine(new NativeRun()).setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }

    private static String standIn(String application) throws IOException {
        Path jar = project().resolve("integration-tests").resolve(application).resolve("target/quarkus-app/quarkus-run.jar");
        assertTrue(Files.exists(jar), () -> "There is no " + jar);
        return script("exec '" + ProcessHandle.current().info().command().orElse("java") + "' \"$@\" -jar '" + jar + "'");
    }

    private static String script(String line) throws IOException {
        Path script = Files.createTempFile(folder, "stand-in-", "");
        Files.writeString(script, "#!/bin/sh\n" + line + "\n");
        assertTrue(script.toFile().setExecutable(true));
        return script.toString();
    }
}
