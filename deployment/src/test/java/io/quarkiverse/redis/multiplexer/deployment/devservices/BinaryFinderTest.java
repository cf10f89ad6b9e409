package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.quarkus.runtime.configuration.ConfigurationException;

/** Looks for servers in a PATH of its own; what it finds there only says that it is one. */
class BinaryFinderTest {

    private static final Optional<CarriedBinary> CARRIED = CarriedBinary.forPlatform(System.getProperty("os.name"),
            System.getProperty("os.arch"));

    @TempDir
    Path temporary;

    private Path folder;
    private Path first;
    private Path second;

    @BeforeEach
    void createFolders() throws IOException {
        folder = Files.createDirectory(temporary.resolve("folder"));
        first = Files.createDirectory(temporary.resolve("first"));
        second = Files.createDirectory(temporary.resolve("second"));
    }

    @Test
    void redisGoesBeforeValkeyWhereverTheyAre() throws IOException {
        server(first.resolve("valkey-server"), "Valkey", "8.0.1");
        Path redis = server(second.resolve("redis-server"), "Redis", "7.0.15");
        assertEquals(new ServerBinary(redis, "Redis", ServerVersion.parse("7.0.15")), find(Settings.none()));
    }

    @Test
    void valkeyIsAServerToo() throws IOException {
        Path valkey = server(second.resolve("valkey-server"), "Valkey", "8.0.1");
        assertEquals(new ServerBinary(valkey, "Valkey", ServerVersion.parse("8.0.1")), find(Settings.none()));
    }

    @Test
    void whatIsTooOldIsPassedOver() throws IOException {
        server(first.resolve("redis-server"), "Redis", "6.2.1");
        Path newer = server(second.resolve("redis-server"), "Redis", "7.2.4");
        assertEquals(newer, find(Settings.withVersion("7.0")).executable());
    }

    @Test
    void whatIsNoServerIsPassedOver() throws IOException {
        script(first.resolve("redis-server"), "echo hello");
        Path server = server(second.resolve("redis-server"), "Redis", "7.2.4");
        assertEquals(server, find(Settings.none()).executable());
    }

    @Test
    void theCarriedOneIsTheLastChoice() throws IOException {
        server(first.resolve("redis-server"), "Redis", "5.0");
        ServerBinary found = find(Settings.withVersion("6.2"));
        assertEquals(folder, found.executable().getParent());
        assertEquals("Redis", found.product());
    }

    @Test
    void aVersionThatNothingHasIsReportedWithWhatThereIs() throws IOException {
        Path redis = server(first.resolve("redis-server"), "Redis", "7.0.15");
        assertMessage(Settings.withVersion("99"), "the default Redis client", "Redis 7.0.15 (" + redis + ")",
                "in the extension Redis ", "quarkus.redis-multiplexer.devservices.version");
    }

    @Test
    void aMachineWithoutAnyServerIsReported() {
        ConfigurationException failure = assertThrows(ConfigurationException.class,
                () -> new BinaryFinder(List.of(), Optional.empty()).find(Settings.none(), folder));
        assertTrue(failure.getMessage().contains("in the extension no binary for this platform"), failure.getMessage());
    }

    @Test
    void foldersOfThePathMayHaveBlanksAndQuotesAroundThemAndNoneNeedBeOne() {
        String searchPath = String.join(File.pathSeparator, " " + first + " ", "", "\"" + second + "\"", " ", "no\0folder",
                folder.toString());
        assertEquals(List.of(first, second, folder), BinaryFinder.folders(searchPath));
    }

    @Test
    void theConfiguredOneMayBeAPathOrAName() throws IOException {
        Path server = server(second.resolve("my-redis"), "Redis", "7.2.4");
        assertEquals(server, find(Settings.withBinary("my-redis")).executable());
        assertEquals(server, find(Settings.withBinary(server.toString())).executable());
    }

    @Test
    void theConfiguredOneIsNotReplacedByAnother() throws IOException {
        server(first.resolve("redis-server"), "Redis", "7.2.4");
        Path old = server(second.resolve("my-redis"), "Redis", "6.0.1");
        assertMessage(Settings.withBinaryAndVersion("my-redis", "7.0"), "Redis 6.0.1 (" + old + ") is older than 7.0",
                "quarkus.redis-multiplexer.devservices.binary", "quarkus.redis-multiplexer.devservices.version");
    }

    @Test
    void aConfiguredOneThatIsNoneIsReported() throws IOException {
        String key = "quarkus.redis-multiplexer.devservices.binary";
        Path file = Files.writeString(first.resolve("not-executable"), "");
        Path other = script(first.resolve("other"), "echo hello");
        Path broken = Files.writeString(first.resolve("broken"), "no format of an executable");
        assertTrue(broken.toFile().setExecutable(true));
        assertMessage(Settings.withBinary("no/path\0"), " is no path", key);
        assertMessage(Settings.withBinary("absent-server"), "there is no absent-server on the PATH", key);
        assertMessage(Settings.withBinary(first + "/absent"), first.resolve("absent") + " is not a file", key);
        assertMessage(Settings.withBinary(first.toString()), first + " is not a file", key);
        assertMessage(Settings.withBinary(file.toString()), file + " is not executable", key);
        assertMessage(Settings.withBinary(other.toString()), other + " is not a Redis server", "\"hello\"", key);
        assertMessage(Settings.withBinary(broken.toString()), broken.toString(), key);
    }

    @Test
    void oneThatDoesNotAnswerIsNotWaitedFor() throws IOException {
        Path silent = script(first.resolve("silent"), "sleep 60");
        assertMessage(Settings.withBinary(silent.toString()), silent + " is not a Redis server: it does not answer");
    }

    private ServerBinary find(ServerSettings settings) {
        return new BinaryFinder(List.of(first, second), CARRIED).find(settings, folder);
    }

    private void assertMessage(ServerSettings settings, String... parts) {
        String message = assertThrows(ConfigurationException.class, () -> find(settings)).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private static Path server(Path path, String product, String version) throws IOException {
        return script(path, "echo '" + product + " server v=" + version + " sha=00000000:0 malloc=libc bits=64'");
    }

    private static Path script(Path path, String content) throws IOException {
        Files.writeString(path, "#!/bin/sh\n" + content + "\n");
        assertTrue(path.toFile().setExecutable(true));
        return path;
    }
}
