package io.quarkiverse.redis.multiplexer.test;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The real servers that tests run against. A version is looked for where {@code .ci/fetch-servers} puts it, which is the
 * folder that the system property {@code redis.servers} or the environment variable {@code REDIS_SERVERS} names, or
 * {@code quarkus-redis-multiplexer/servers} among the user's caches; and then on the PATH.
 */
public enum RedisBinary {

    /** As the artifact {@code com.github.codemonstur:embedded-redis} carries it. */
    REDIS_6_2("redis", "6.2") {
        @Override
        Optional<Path> look() {
            return carried();
        }
    },
    REDIS_7_0("redis", "7.0"),
    REDIS_8_0("redis", "8.0"),
    VALKEY_8_0("valkey", "8.0"),
    VALKEY_9_1("valkey", "9.1"),
    /** {@code redis-server} from the PATH, or else {@code valkey-server}: whatever version the machine has. */
    SYSTEM("", "") {
        @Override
        Optional<Path> look() {
            return Stream.of("redis-server", "valkey-server").flatMap(name -> onPath(name).stream()).findFirst();
        }
    };

    private static final Map<RedisBinary, Optional<Path>> FOUND = new ConcurrentHashMap<>();

    private final String product;
    private final String version;

    RedisBinary(String product, String version) {
        this.product = product;
        this.version = version;
    }

    /** Those of which it is known what they are. */
    public static Set<RedisBinary> versions() {
        return EnumSet.complementOf(EnumSet.of(SYSTEM));
    }

    /** @param name as that of the folder that {@code .ci/fetch-servers} makes, {@code valkey-9.1}, or of the constant */
    public static RedisBinary named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replaceAll("[-.]", "_"));
    }

    /**
     * What a test runs against that does not care: the one that the system property {@code redis.server} names,
     * {@link #SYSTEM}, or else the first other one that there is.
     */
    public static RedisBinary any() {
        String name = System.getProperty("redis.server");
        if (name != null) {
            RedisBinary named = named(name);
            named.assumeThere();
            return named;
        }
        return Stream.concat(Stream.of(SYSTEM), versions().stream()).filter(binary -> binary.find().isPresent()).findFirst()
                .orElseThrow();
    }

    /** The executable, if this machine has one. */
    public final Optional<Path> find() {
        return FOUND.computeIfAbsent(this, RedisBinary::look);
    }

    /** Skips the test that asks, and says why, if this machine has none. */
    public final void assumeThere() {
        assumeTrue(find().isPresent(), () -> "There is no " + this + " here; .ci/fetch-servers fetches servers");
    }

    /** The first words of the command line that starts it, as a server, as part of a cluster or as a sentinel. */
    public final List<String> command() {
        return List.of(find().orElseThrow(() -> new IllegalStateException("There is no " + this + " here")).toString());
    }

    Optional<Path> look() {
        String name = product + "-server";
        Path fetched = fetched().resolve(product + "-" + version).resolve(name);
        return Stream.concat(Stream.of(fetched), onPath(name).stream()).filter(Files::isExecutable).filter(this::isVersion)
                .findFirst();
    }

    private static Path fetched() {
        String named = System.getProperty("redis.servers", System.getenv("REDIS_SERVERS"));
        if (named != null) {
            return Path.of(named);
        }
        String caches = System.getenv("XDG_CACHE_HOME");
        return Path.of(caches != null ? caches : System.getProperty("user.home") + "/.cache",
                "quarkus-redis-multiplexer", "servers");
    }

    private boolean isVersion(Path executable) {
        try {
            Process process = new ProcessBuilder(executable.toString(), "--version").redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes()).contains("v=" + version + ".");
        } catch (IOException e) {
            // It can't be run here.
            return false;
        }
    }

    private static Optional<Path> onPath(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable).findFirst();
    }

    private static Optional<Path> carried() {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        boolean mac = System.getProperty("os.name").startsWith("Mac");
        String resource = "/redis-server-6.2." + (mac ? "6-v5-darwin-" : arm ? "7-linux-" : "6-v5-linux-")
                + (arm ? "arm64" : "amd64");
        try (InputStream content = RedisBinary.class.getResourceAsStream(resource)) {
            if (content == null) {
                return Optional.empty();
            }
            Path executable = Files.createTempFile("redis-server-6.2-", "");
            executable.toFile().deleteOnExit();
            Files.copy(content, executable, StandardCopyOption.REPLACE_EXISTING);
            return executable.toFile().setExecutable(true) ? Optional.of(executable) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
