package io.quarkiverse.redis.multiplexer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;

/** The command {@code .ci/servers}, with scripts in the place of Maven and of the servers. */
class ServersCommandTest {

    /** All that it needs of a machine. Where there is no apt-get, no server can be fetched. */
    private static final List<String> TOOLS = List.of("dirname", "grep");

    @TempDir
    Path project;

    @BeforeEach
    void copy() throws IOException {
        Files.createDirectories(project.resolve(".ci"));
        for (String script : List.of("servers", "fetch-servers")) {
            Files.copy(Path.of("../.ci").resolve(script), project.resolve(".ci").resolve(script));
        }
        for (String tool : TOOLS) {
            script("bin/" + tool, "PATH=/usr/bin:/bin exec " + tool + " \"$@\"");
        }
        script("mvnw", "echo maven \"$@\"");
        script("servers/valkey-9.1/valkey-server", "echo Valkey server v=9.1.2 sha=0");
        script("servers/redis-8.0/redis-server", "echo Redis server v=7.4.0 sha=0");
    }

    private void script(String name, String line) throws IOException {
        Path script = project.resolve(name);
        Files.createDirectories(script.getParent());
        Files.writeString(script, "#!/bin/sh\n" + line + "\n");
        assertTrue(script.toFile().setExecutable(true));
    }

    /** @return all that is said, then the exit code */
    private List<String> run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", project.resolve(".ci/servers").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", project.resolve("bin").toString());
        builder.environment().put("REDIS_SERVERS", project.resolve("servers").toString());
        Process process = builder.start();
        List<String> said = new ArrayList<>(
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList());
        said.add(String.valueOf(process.waitFor()));
        return said;
    }

    private static String maven(String server, String more) {
        return "maven -B -ntp -pl runtime -am -DskipExtensionValidation -Dsurefire.failIfNoSpecifiedTests=false -Dredis.server="
                + server + " test" + more;
    }

    @Test
    void theServersThatAreNamedAreUsed() throws Exception {
        assertEquals(List.of(maven("redis-6.2", " -Dtest=A"), "servers: redis-6.2 passed", maven("valkey-9.1", " -Dtest=A"),
                "servers: valkey-9.1 passed", "redis-6.2 passed", "valkey-9.1 passed", "0"),
                run("redis-6.2", "valkey-9.1", "--", "-Dtest=A"));
    }

    @Test
    void thoseThatCanNotBeHadAreSkippedByName() throws Exception {
        List<String> said = run();
        assertEquals(List.of("redis-6.2 passed", "redis-7.0 skipped: it is not to be had here",
                "redis-8.0 skipped: it is not to be had here", "valkey-8.0 skipped: it is not to be had here",
                "valkey-9.1 passed", "0"), said.subList(said.size() - 6, said.size()));
        assertTrue(said.contains("fetch-servers: no apt-get here: no server fetched"), said::toString);
    }

    @Test
    void aFailureIsTold() throws Exception {
        script("mvnw", "exit 1");
        assertEquals(List.of("servers: valkey-9.1 failed", "valkey-9.1 failed", "1"), run("valkey-9.1"));
    }

    @Test
    void aServerThatNobodyKnowsIsAMistake() throws Exception {
        assertEquals(
                List.of("servers: there is no redis-5.0 among redis-6.2 redis-7.0 redis-8.0 valkey-8.0 valkey-9.1", "2"),
                run("redis-5.0"));
    }

    @Test
    void testsKnowThemByTheSameNames() {
        for (RedisBinary binary : RedisBinary.versions()) {
            assertEquals(binary, RedisBinary.named(binary.name()));
            assertEquals(binary, RedisBinary.named(binary.name().toLowerCase().replaceFirst("_", "-").replace('_', '.')));
        }
    }
}
