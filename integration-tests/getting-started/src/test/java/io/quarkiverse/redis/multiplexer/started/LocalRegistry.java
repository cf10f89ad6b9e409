package io.quarkiverse.redis.multiplexer.started;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

/**
 * A Maven repository in a folder with what this build has made, and, in it, a
 * <a href="https://quarkus.io/guides/extension-registry-user">registry of extensions</a> that lists only ours: the extension
 * as it will be once it is released, for tools that must not ask the registry on the internet.
 */
final class LocalRegistry {

    private static final String GROUP = "io/quarkiverse/redis-multiplexer";
    /** Its artifacts have the reversed name as their group. */
    private static final String NAME = "local.registry";
    private static final String NAME_REVERSED = "registry.local";
    private static final String VERSION = "1.0-SNAPSHOT";

    private final ObjectMapper json = new ObjectMapper();
    private final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    private final Path repository;
    private final Path published;

    LocalRegistry(Path folder) {
        this.repository = folder.resolve("local");
        this.published = folder.resolve("published");
    }

    /** The local repository of builds that use it. */
    Path repository() {
        return repository;
    }

    /** To be handed to Quarkus' tools. */
    Path configuration() {
        return published.resolve("config.yaml");
    }

    /** Copies what the build of {@code module} has packaged. */
    void install(String artifact, Path module) throws IOException {
        Path folder = Files
                .createDirectories(repository.resolve(GROUP).resolve(artifact).resolve(Checkout.VERSION));
        String name = artifact + "-" + Checkout.VERSION;
        copy(module.resolve("pom.xml"), folder.resolve(name + ".pom"));
        Path built = module.resolve("target");
        if (Files.exists(built)) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(built, name + "*.jar")) {
                for (Path jar : jars) {
                    copy(jar, folder.resolve(jar.getFileName()));
                }
            }
        }
    }

    /** Lists an extension, by the metadata that are in its jar. */
    void publish(Path metadata) throws IOException {
        Map<String, Object> extension = yaml.readValue(metadata.toFile(), new TypeReference<>() {
        });
        String extensions = NAME_REVERSED + ":quarkus-non-platform-extensions:" + Checkout.QUARKUS_VERSION + ":json:" + VERSION;
        extension.put("origins", List.of(extensions));
        write("quarkus-registry-descriptor", "", Map.of(
                "id", NAME,
                "artifact", NAME_REVERSED + ":quarkus-registry-descriptor::json:" + VERSION,
                "non-platform-extensions", Map.of("artifact",
                        NAME_REVERSED + ":quarkus-non-platform-extensions::json:" + VERSION),
                "platforms", Map.of("artifact", NAME_REVERSED + ":quarkus-platforms::json:" + VERSION)));
        write("quarkus-non-platform-extensions", "-" + Checkout.QUARKUS_VERSION, Map.of(
                "id", extensions,
                "platform", false,
                "quarkus-core-version", Checkout.QUARKUS_VERSION,
                "extensions", List.of(extension)));
        write("quarkus-platforms", "", Map.of("platforms", List.of(Map.of(
                "platform-key", "io.quarkus.platform",
                "streams", List.of(Map.of(
                        "id", Checkout.QUARKUS_VERSION.replaceFirst("\\.\\d+$", ""),
                        "releases", List.of(Map.of(
                                "quarkus-core-version", Checkout.QUARKUS_VERSION,
                                "version", Checkout.QUARKUS_VERSION,
                                "member-boms",
                                List.of("io.quarkus.platform:quarkus-bom::pom:" + Checkout.QUARKUS_VERSION)))))))));
        yaml.writeValue(configuration().toFile(), Map.of("registries", List.of(Map.of(NAME, Map.of(
                "update-policy", "always",
                "maven", Map.of("repository", Map.of("id", NAME, "url", published.toUri().toString())))))));
    }

    private void write(String artifact, String classifier, Map<String, Object> content) throws IOException {
        Path folder = Files
                .createDirectories(published.resolve(NAME_REVERSED.replace('.', '/')).resolve(artifact).resolve(VERSION));
        json.writeValue(folder.resolve(artifact + "-" + VERSION + classifier + ".json").toFile(), content);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
}
