package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The server that the extension has with it, for machines without one: the artifact
 * {@code com.github.codemonstur:embedded-redis} carries executables as resources. Nothing else of it is used. Which version
 * it is, only the executable can tell: the names of the resources are not exact.
 */
record CarriedBinary(String resource) {

    /** The one for a platform, as {@code os.name} and {@code os.arch} call it; empty if there is none for it. */
    static Optional<CarriedBinary> forPlatform(String os, String architecture) {
        return name(os.toLowerCase(Locale.ROOT), architecture.toLowerCase(Locale.ROOT))
                .map(name -> new CarriedBinary("/redis-server-" + name));
    }

    private static Optional<String> name(String os, String architecture) {
        boolean amd = architecture.equals("amd64") || architecture.equals("x86_64");
        boolean arm = architecture.equals("aarch64") || architecture.equals("arm64");
        if (os.startsWith("linux")) {
            boolean x86 = architecture.matches("x86|i[3-6]86");
            return Optional.ofNullable(
                    amd ? "6.2.6-v5-linux-amd64" : arm ? "6.2.7-linux-arm64" : x86 ? "6.2.7-linux-386" : null);
        }
        if (os.startsWith("mac")) {
            return Optional.ofNullable(amd ? "6.2.6-v5-darwin-amd64" : arm ? "6.2.6-v5-darwin-arm64" : null);
        }
        return Optional.ofNullable(os.startsWith("windows") && amd ? "5.0.14.1-windows-amd64.exe" : null);
    }

    /**
     * Writes the executable into a folder that nobody else may write to.
     *
     * @throws IOException if that fails; the message completes a sentence that begins with its name
     */
    Path extractTo(Path folder) throws IOException {
        Path executable = folder.resolve(resource.substring(1));
        try (InputStream content = CarriedBinary.class.getResourceAsStream(resource)) {
            if (content == null) {
                throw new IOException("is not on the deployment class path");
            }
            Files.copy(content, executable);
        }
        if (!executable.toFile().setExecutable(true)) {
            throw new IOException("cannot be made executable in " + folder);
        }
        return executable;
    }
}
