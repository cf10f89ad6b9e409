package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.quarkus.redis.deployment.client.RedisBuildTimeConfig;
import io.quarkus.runtime.LaunchMode;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

/** An application that finds the server of another one. */
class SharedServiceTest {

    private static final String KEYS = "quarkus.redis.devservices.";
    private static final long ME = ProcessHandle.current().pid();
    private static final long ANOTHER = ME + 1;

    @TempDir
    Path folder;

    private SharedService service(long process) {
        return new SharedService("ours", folder.resolve("of/ours"), process);
    }

    private static boolean isShared(LaunchMode mode, Map<String, String> properties) {
        SmallRyeConfig config = new SmallRyeConfigBuilder().addDefaultInterceptors().withMapping(RedisBuildTimeConfig.class)
                .withMappingIgnore("quarkus.**").withSources(new PropertiesConfigSource(properties, "test", 100)).build();
        return SharedService.of(Settings.none(),
                config.getConfigMapping(RedisBuildTimeConfig.class).clients().get("<default>").devservices(), config, mode)
                .isPresent();
    }

    @Test
    void sharingIsForThoseWhoHaveConfiguredItInDevMode() {
        assertFalse(isShared(LaunchMode.DEVELOPMENT, Map.of()));
        assertTrue(isShared(LaunchMode.DEVELOPMENT, Map.of(KEYS + "shared", "true")));
        assertTrue(isShared(LaunchMode.DEVELOPMENT, Map.of(KEYS + "service-name", "ours")));
        assertFalse(isShared(LaunchMode.DEVELOPMENT, Map.of(KEYS + "service-name", "ours", KEYS + "shared", "false")));
        assertFalse(isShared(LaunchMode.TEST, Map.of(KEYS + "shared", "true")));
    }

    @Test
    void aRunningServerIsFoundByOthersOnly() throws Exception {
        assertEquals(Optional.empty(), service(ANOTHER).find(Optional.empty()), "none has been started");
        EmbeddedRedis redis = new EmbeddedRedis(Settings.withArguments("--requirepass", "s3cr3t"), BinaryFinder.system(),
                "TEST");
        redis.start();
        try {
            service(ME).publish(redis.getConnectionInfo());
            assertEquals(Optional.of(redis.getConnectionInfo()), service(ANOTHER).find(Optional.of("s3cr3t")));
            assertEquals(Optional.empty(), service(ME).find(Optional.of("s3cr3t")), "it is one's own");
            assertEquals(Optional.empty(), service(ANOTHER).find(Optional.of("wrong")));
            assertFalse(Files.readString(service(ME).file()).contains("s3cr3t"));
        } finally {
            redis.close();
        }
        assertEquals(Optional.empty(), service(ANOTHER).find(Optional.of("s3cr3t")), "it has ended");
    }

    /** Whoever made the folder may have written the address of a server of their own, which would be told the password. */
    @Test
    void whatSomebodyElseMayHaveWrittenIsNotBelieved() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "Only root can give a folder to somebody else");
        EmbeddedRedis redis = new EmbeddedRedis(Settings.none(), BinaryFinder.system(), "TEST");
        redis.start();
        try {
            service(ME).publish(redis.getConnectionInfo());
            assertEquals(Optional.of(redis.getConnectionInfo()), service(ANOTHER).find(Optional.empty()));
            UserFolderTest.ofSomebodyElse(service(ME).file().getParent());
            assertEquals(Optional.empty(), service(ANOTHER).find(Optional.empty()));
        } finally {
            redis.close();
        }
    }

    @Test
    void whatIsNoServerIsNotFound() throws Exception {
        Files.createDirectories(service(ME).file().getParent());
        for (List<String> lines : List.of(List.<String> of(), List.of("x", "localhost:6379"), List.of("1", "nonsense"))) {
            Files.write(service(ME).file(), lines);
            assertEquals(Optional.empty(), service(ANOTHER).find(Optional.empty()));
        }
        assertTrue(
                SharedService.of(Settings.none(), "../a b/ü", ME).file().getFileName().toString().matches("server-[0-9a-f]+"));
        assertEquals("cluster", SharedService.of(Settings.cluster(0), "x", ME).file().getFileName().toString().split("-")[0]);
    }
}
