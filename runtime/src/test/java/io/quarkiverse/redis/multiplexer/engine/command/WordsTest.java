package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

class WordsTest {

    private final List<byte[]> arguments = Arrays.asList(bytes("KiLL"), null, bytes(""), new byte[] { (byte) 0xC9 });

    @Test
    void aWordIsTheSameInEveryCase() {
        assertEquals("kill", Words.at(0, arguments));
        assertTrue(Words.is("kill", arguments, 0));
        assertFalse(Words.is("kil", arguments, 0));
        assertFalse(Words.is("kills", arguments, 0));
        assertFalse(Words.is("bill", arguments, 0));
    }

    @Test
    void whatIsMissingIsNoWord() {
        for (int index : new int[] { 1, 2, 4, 100 }) {
            assertEquals("", Words.at(index, arguments));
            assertFalse(Words.is("kill", arguments, index));
        }
    }

    @Test
    void bytesThatAreNoTextDoNoHarm() {
        assertFalse(Words.is("e", arguments, 3));
        assertEquals(1, Words.at(3, arguments).length());
    }

    @Test
    void aWordMayBeAPartOfOthers() {
        byte[] all = bytes("xSTORE y");
        assertTrue(Words.is("store", all, 1, 6));
        assertFalse(Words.is("store", all, 0, 5));
        assertFalse(Words.is("store", all, 1, 7));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
