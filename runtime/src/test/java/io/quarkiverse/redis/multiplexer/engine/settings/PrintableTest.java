package io.quarkiverse.redis.multiplexer.engine.settings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.redis.client.impl.types.ErrorType;

/** {@link Printable}: nothing gets through that ends a line, controls a terminal, or has no end. */
class PrintableTest {

    @ParameterizedTest
    @ValueSource(strings = { "", "ERR unknown command 'FOO', with args beginning with: 'bar' ", "Größe 10 µs", "日本語",
            "\uD83D\uDE00",
            "a\\nb" })
    void whatCanBeSeenStaysAsItIs(String text) {
        assertSame(text, Printable.text(text));
    }

    @ParameterizedTest
    @CsvSource({ "10,\\n", "13,\\r", "9,\\t", "0,\\u0000", "7,\\u0007", "8,\\u0008", "11,\\u000b", "12,\\u000c", "27,\\u001b",
            "127,\\u007f", "0x85,\\u0085", "0x9b,\\u009b", "0x2028,\\u2028", "0x2029,\\u2029", "0x200b,\\u200b",
            "0x202e,\\u202e",
            "0x2066,\\u2066", "0xfeff,\\ufeff", "0xd800,\\ud800", "0xdc00,\\udc00", "0xe0001,\\ue0001" })
    void whatCannotBeSeenIsEscaped(String codePoint, String escaped) {
        String text = "ERR a" + new String(Character.toChars(Integer.decode(codePoint))) + "b";
        assertEquals("ERR a" + escaped + "b", Printable.text(text));
        assertSame(Printable.text(text).length(), Printable.text(Printable.text(text)).length());
    }

    @Test
    void longTextIsCutOnceEvenIfWordsOfOursComeAroundIt() {
        String cut = Printable.text("x".repeat(1_000_000));
        assertEquals("x".repeat(Printable.CUT_LENGTH) + "... (1000000 characters)", cut);
        String around = "Redis client 'orders' at localhost:6379 lost a connection: " + cut;
        assertSame(around, Printable.text(around));
        assertTrue(Printable.text("\u0000".repeat(1_000_000)).length() < 10_000);
        String pair = "x".repeat(Printable.CUT_LENGTH - 1) + "\uD83D\uDE00" + "x".repeat(1000);
        assertTrue(Printable.text(pair).contains("x\\ud83d... ("));
    }

    @Test
    void aFailureThatCanBeSeenStaysWhatItIs() {
        Throwable failure = new IllegalStateException("well", new IOException("Connection reset by peer", new Error()));
        failure.addSuppressed(new RuntimeException("and more"));
        assertSame(failure, Printable.failure(failure));
    }

    @Test
    void whatIsHiddenDeepInAFailureIsEscaped() {
        Throwable failure = new IllegalStateException("well", new IOException("so", ErrorType.create("LOADING\nINFO forged")));
        failure.addSuppressed(new RuntimeException("\u001b[2J"));
        Throwable printable = Printable.failure(failure);
        String trace = trace(printable);
        assertFalse(trace.contains("\nINFO forged") || trace.contains("\u001b"), trace);
        assertTrue(trace.contains("java.lang.IllegalStateException: well") && trace.contains("LOADING\\nINFO forged")
                && trace.contains("\\u001b[2J"), trace);
        assertArrayEquals(failure.getStackTrace(), printable.getStackTrace());
    }

    @Test
    void whatTheKindOfACauseSaysIsKept() {
        ErrorType error = assertInstanceOf(ErrorType.class, Printable.failure(ErrorType.create("WRONGPASS\r\nforged")));
        assertTrue(error.is("WRONGPASS"));
        assertInstanceOf(IllegalArgumentException.class, Printable.failure(new IllegalArgumentException("a\nb")));
    }

    @Test
    void aChainOfCausesThatHasNoEndIsCut() {
        Exception first = new Exception("a\nb");
        Exception second = new Exception(first);
        first.initCause(second);
        assertFalse(trace(Printable.failure(first)).contains("a\nb"));
    }

    private static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
