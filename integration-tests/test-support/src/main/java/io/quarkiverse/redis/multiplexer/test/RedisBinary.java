package io.quarkiverse.redis.multiplexer.test;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Optional;

/** The real servers that tests run against. */
public enum RedisBinary {

    /** {@code redis-server} from the PATH. */
    REDIS {
        @Override
        public Optional<Path> find() {
            return onPath("redis-server");
        }
    },
    /** {@code valkey-server} from the PATH. */
    VALKEY {
        @Override
        public Optional<Path> find() {
            return onPath("valkey-server");
        }
    },
    /** Redis 6.2, as the artifact {@code com.github.codemonstur:embedded-redis} carries it. */
    EMBEDDED {
        @Override
        public Optional<Path> find() {
            return embedded();
        }
    };

    /** The executable, if this machine has one. */
    public abstract Optional<Path> find();

    /** The first of {@link #REDIS}, {@link #VALKEY} and {@link #EMBEDDED} that this machine has. */
    public static RedisBinary any() {
        return Arrays.stream(values()).filter(binary -> binary.find().isPresent()).findFirst()
                .orElseThrow(() -> new IllegalStateException("No redis-server and no valkey-server on the PATH"));
    }

    private static Optional<Path> onPath(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable).findFirst();
    }

    private static Optional<Path> embedded() {
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
