package io.quarkiverse.redis.multiplexer.runtime.devui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    @Test
    void blanksSeparateWords() {
        assertEquals(List.of("SET", "a", "b"), words("  SET\ta   b "));
    }

    @Test
    void doubleQuotesKnowEscapes() {
        assertEquals(List.of("SET", "a b", "\n\r\t\b\u0007\\\"\u00ff", "\\y".substring(1)),
                words("SET \"a b\" \"\\n\\r\\t\\b\\a\\\\\\\"\\xff\" \"\\y\""));
    }

    @Test
    void singleQuotesKnowOnlyThemselves() {
        assertEquals(List.of("it's", "a\\n", ""), words("'it\\'s' 'a\\n' ''"));
    }

    @Test
    void textIsUtf8() {
        assertEquals("gr\u00fcn", new String(CommandLine.parse("gr\u00fcn").words().get(0), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = { "GET \"a", "GET 'a", "GET \"a\"b", "GET 'a'b", "", "  " })
    void whatCannotBeSplitIsRefused(String line) {
        assertThrows(IllegalArgumentException.class, () -> CommandLine.parse(line));
    }

    @ParameterizedTest
    @ValueSource(strings = { "AUTH p", "auth u p", "HELLO 3 AUTH u p", "CONFIG SET maxmemory 1mb requirepass p",
            "config set MASTERAUTH p", "ACL SETUSER u >p", "MIGRATE h 1 k 0 100 AUTH p", "SENTINEL SET m auth-pass p" })
    void linesWithPasswordsAreNotShown(String text) {
        CommandLine line = CommandLine.parse(text);
        assertTrue(Secrets.isSecret(line));
        assertEquals(line.keyword(0) + " (hidden)", Secrets.shown(line, text));
    }

    @ParameterizedTest
    @ValueSource(strings = { "GET auth", "HELLO 3", "CONFIG SET maxmemory 1mb", "CONFIG GET requirepass", "ACL LIST",
            "SENTINEL MASTERS", "SET AUTH p" })
    void allOthersAre(String text) {
        CommandLine line = CommandLine.parse(text);
        assertFalse(Secrets.isSecret(line));
        assertEquals(text, Secrets.shown(line, text));
    }

    @Test
    void ofALineThatCannotBeSplitOnlyTheCommandIsShown() {
        assertEquals("AUTH ...", Secrets.shownOfInvalid(" AUTH \"p"));
        assertEquals("GET", Secrets.shownOfInvalid("GET"));
    }

    private static List<String> words(String line) {
        return CommandLine.parse(line).words().stream().map(word -> new String(word, StandardCharsets.ISO_8859_1)).toList();
    }
}
