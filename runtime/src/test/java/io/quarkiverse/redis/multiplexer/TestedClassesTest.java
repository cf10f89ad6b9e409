package io.quarkiverse.redis.multiplexer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/**
 * Each class of the engine is named in the code of a test, or of what tests drive it with. The list is written to
 * {@code target/tested-classes.txt}.
 */
class TestedClassesTest {

    private static final Path ENGINE = Path.of("src/main/java/io/quarkiverse/redis/multiplexer/engine");
    private static final Path TESTS = Path.of("src/test/java");
    private static final Path LIST = Path.of("target/tested-classes.txt");

    /** Comments, imports, and words in quotes name nothing. */
    private static final Pattern NO_CODE = Pattern
            .compile("(?s)/\\*.*?\\*/|//[^\\n]*|\"(\\\\.|[^\"\\\\\\n])*\"|\\bimport [^;]*;");

    @Test
    void eachClassOfTheEngineIsNamedByATest() throws IOException {
        Map<String, Set<String>> tests = new TreeMap<>();
        Map<String, String> sources = sources(TESTS);
        sources(ENGINE).keySet().stream().filter(name -> !name.endsWith("/package-info")).forEach(name -> {
            Pattern word = Pattern.compile("\\b" + name.substring(name.indexOf('/') + 1) + "\\b");
            tests.put(name, sources.entrySet().stream().filter(source -> word.matcher(source.getValue()).find())
                    .map(source -> source.getKey().replaceFirst(".*/", "")).collect(Collectors.toCollection(TreeSet::new)));
        });
        write(tests);
        assertTrue(tests.size() > 100, () -> "Only " + tests.size() + " classes were found");

        assertEquals(Set.of(), tests.keySet().stream().filter(name -> tests.get(name).isEmpty())
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** The code of each source file, by its path without {@code .java}. */
    private static Map<String, String> sources(Path root) throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                String name = root.relativize(file).toString().replace('\\', '/').replace(".java", "");
                sources.put(name, NO_CODE.matcher(Files.readString(file)).replaceAll(" "));
            }
        }
        return sources;
    }

    private static void write(Map<String, Set<String>> tests) throws IOException {
        Files.createDirectories(LIST.getParent());
        Files.writeString(LIST, tests.entrySet().stream()
                .map(each -> each.getKey() + ": " + String.join(", ", each.getValue()) + "\n").collect(Collectors.joining()));
    }
}
