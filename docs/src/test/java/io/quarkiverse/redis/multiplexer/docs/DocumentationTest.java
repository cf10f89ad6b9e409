package io.quarkiverse.redis.multiplexer.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

/** The HTML that was made of the guide: no link in it leads nowhere, and no page is out of reach. */
class DocumentationTest {

    private static final Path HTML = Path.of("target/generated-docs");
    private static final Path SOURCES = Path.of("modules/ROOT");
    private static final Pattern CROSS_REFERENCE = Pattern.compile("xref:([^\\[#]+)");

    @Test
    void everyLinkInTheGuideLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        int checked = 0;
        for (Path page : pages()) {
            for (Element element : parse(page).select("[href], [src]")) {
                String target = element.hasAttr("href") ? element.attr("href") : element.attr("src");
                if (!target.contains(":") && !target.startsWith("//")) {
                    checked++;
                    if (!exists(page, target)) {
                        broken.add(page.getFileName() + " -> " + target);
                    }
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(checked > 50, "Only " + checked + " links were found");
    }

    @Test
    void everyPageIsInTheNavigation() throws IOException {
        Set<String> linked = new TreeSet<>();
        Matcher matcher = CROSS_REFERENCE.matcher(Files.readString(SOURCES.resolve("nav.adoc")));
        while (matcher.find()) {
            linked.add(matcher.group(1));
        }
        try (Stream<Path> sources = Files.list(SOURCES.resolve("pages"))) {
            assertEquals(sources.map(page -> page.getFileName().toString()).filter(name -> name.endsWith(".adoc"))
                    .collect(Collectors.toCollection(TreeSet::new)), linked);
        }
    }

    @Test
    void everyPictureIsShown() throws IOException {
        Set<String> shown = new TreeSet<>();
        for (Path page : pages()) {
            parse(page).select("img").forEach(image -> shown.add(image.attr("src").replaceFirst(".*/", "")));
        }
        try (Stream<Path> pictures = Files.list(SOURCES.resolve("images"))) {
            assertEquals(List.of(), pictures.map(picture -> picture.getFileName().toString())
                    .filter(name -> name.endsWith(".png") && !shown.contains(name)).toList());
        }
    }

    @Test
    void theConfigurationReferenceHasEveryKeyWithTypeAndDefault() throws IOException {
        Document reference = parse(HTML.resolve("configuration.html"));
        Set<String> keys = new TreeSet<>();
        for (Element row : reference.select("table.configuration-reference tr")) {
            Matcher key = Pattern.compile("quarkus\\.redis-multiplexer\\.[a-z.-]+").matcher(row.text());
            if (key.find()) {
                keys.add(key.group());
                assertFalse(row.select("td").get(1).text().isBlank(), row::text);
            }
        }
        assertTrue(keys.contains("quarkus.redis-multiplexer.command-timeout"), keys::toString);
        assertTrue(keys.contains("quarkus.redis-multiplexer.enabled"), keys::toString);
        assertTrue(keys.contains("quarkus.redis-multiplexer.devservices.mode"), keys::toString);
    }

    @Test
    void theConfigurationReferenceIsWrittenForReaders() throws IOException {
        Pattern duration = Pattern.compile("\\bPT[0-9.]+[HMS]|\\b[0-9.]+S\\b");
        String text = parse(HTML.resolve("configuration.html")).select("table.configuration-reference").text();
        assertTrue(text.contains("5s"), "There are durations");
        assertEquals(List.of(), duration.matcher(text).results().map(MatchResult::group).toList());
        assertEquals(-1, text.indexOf('`'), () -> text.substring(text.indexOf('`')));
    }

    private static boolean exists(Path page, String target) throws IOException {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path path = file.isEmpty() ? page : page.resolveSibling(file);
        if (!Files.isRegularFile(path)) {
            return false;
        }
        String anchor = hash < 0 ? "" : target.substring(hash + 1);
        return anchor.isEmpty() || parse(path).getElementById(anchor) != null;
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(HTML)) {
            return files.filter(file -> file.toString().endsWith(".html")).toList();
        }
    }

    private static Document parse(Path page) throws IOException {
        return Jsoup.parse(page);
    }
}
