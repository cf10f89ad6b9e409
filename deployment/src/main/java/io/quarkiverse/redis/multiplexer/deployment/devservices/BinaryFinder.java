package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * Finds the executable of an embedded server: the configured one and no other, or else the first of
 * {@code redis-server} on the PATH, {@code valkey-server} on the PATH, and the carried binary that is in the required version.
 */
final class BinaryFinder {

    private static final List<String> NAMES = List.of("redis-server", "valkey-server");

    private final List<Path> searchPath;
    private final Optional<CarriedBinary> carried;

    BinaryFinder(List<Path> searchPath, Optional<CarriedBinary> carried) {
        this.searchPath = searchPath;
        this.carried = carried;
    }

    /** The one for this machine. */
    static BinaryFinder system() {
        return new BinaryFinder(folders(System.getenv().getOrDefault("PATH", "")),
                CarriedBinary.forPlatform(System.getProperty("os.name"), System.getProperty("os.arch")));
    }

    /** Those of a search path, without what can be no folder. */
    static List<Path> folders(String searchPath) {
        // Windows allows quotes there, and blanks around a folder, but not in a path.
        return Arrays.stream(searchPath.replace("\"", "").split(File.pathSeparator)).map(String::strip)
                .filter(folder -> !folder.isEmpty()).flatMap(folder -> path(folder).stream()).toList();
    }

    /** @return empty if it can be no path on this platform */
    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * @param folder for the carried binary, if that is it
     * @throws ConfigurationException if there is none; the message names the client, what there is, and the key to change
     */
    ServerBinary find(ServerSettings settings, Path folder) {
        return settings.binary().map(name -> configured(settings, name)).orElseGet(() -> any(settings, folder));
    }

    private ServerBinary configured(ServerSettings settings, String name) {
        Path executable = isPath(name)
                ? path(name).orElseThrow(() -> settings.failure(name + " is no path; change " + settings.key("binary")))
                : onSearchPath(name).findFirst().orElseThrow(() -> settings.failure("there is no " + name
                        + " on the PATH; change " + settings.key("binary")));
        ServerBinary binary;
        try {
            binary = ServerBinary.probe(executable);
        } catch (IOException e) {
            throw settings.failure(executable + " " + e.getMessage() + "; change " + settings.key("binary"));
        }
        if (!suffices(binary, settings)) {
            throw settings.failure(binary + " is older than " + settings.oldest().get() + (isOldestConfigured(settings)
                    ? "; change " + settings.key("binary") + " or " + settings.key("version")
                    : ", which a " + settings.what() + " needs; change " + settings.key("binary")));
        }
        return binary;
    }

    private ServerBinary any(ServerSettings settings, Path folder) {
        List<String> unfit = new ArrayList<>();
        for (Path executable : NAMES.stream().flatMap(this::onSearchPath).toList()) {
            try {
                ServerBinary binary = ServerBinary.probe(executable);
                if (suffices(binary, settings)) {
                    return binary;
                }
                unfit.add(binary.toString());
            } catch (IOException e) {
                unfit.add(executable + " " + e.getMessage());
            }
        }
        return carried(settings, folder, unfit).orElseThrow(() -> settings.failure("there is no Redis server"
                + settings.oldest().map(version -> " of version " + version + " or newer").orElse("") + ", only "
                + String.join(", ", unfit) + "; install one"
                + (isOldestConfigured(settings) ? ", change " + settings.key("version") : "") + ", or name one in "
                + settings.key("binary")));
    }

    private static boolean isOldestConfigured(ServerSettings settings) {
        return settings.oldest().equals(settings.version());
    }

    private Optional<ServerBinary> carried(ServerSettings settings, Path folder, List<String> unfit) {
        if (carried.isEmpty()) {
            unfit.add("in the extension no binary for this platform");
            return Optional.empty();
        }
        try {
            ServerBinary binary = ServerBinary.probe(carried.get().extractTo(folder));
            if (suffices(binary, settings)) {
                return Optional.of(binary);
            }
            unfit.add("in the extension " + binary.product() + ' ' + binary.version());
        } catch (IOException e) {
            unfit.add("in the extension a binary that " + e.getMessage());
        }
        return Optional.empty();
    }

    private static boolean suffices(ServerBinary binary, ServerSettings settings) {
        return settings.oldest().map(binary.version()::isAtLeast).orElse(true);
    }

    private Stream<Path> onSearchPath(String name) {
        // The second is what it is called on Windows.
        return searchPath.stream().flatMap(folder -> Stream.of(folder.resolve(name), folder.resolve(name + ".exe")))
                .filter(Files::isRegularFile);
    }

    private static boolean isPath(String name) {
        return name.contains("/") || name.contains(File.separator);
    }
}
