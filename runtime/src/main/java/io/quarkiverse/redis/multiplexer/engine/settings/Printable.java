package io.quarkiverse.redis.multiplexer.engine.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Makes text that others have written fit to be shown: in logs, in messages of failures, in health data. What a server answers
 * may have line ends, which would look like further lines of a log, escape sequences of terminals, or no end.
 * <p>
 * Printable text is returned as it is, so it does no harm to do this twice.
 */
public final class Printable {

    /** What is left of text that is longer than {@link #MAX_LENGTH}: the start of an error tells what it is. */
    static final int CUT_LENGTH = 1000;
    /** So much longer that text stays as it is if it was cut, and then got words of ours around it. */
    static final int MAX_LENGTH = 1500;

    /** What is left of keys that are longer than {@link #KEY_LENGTH}. */
    static final int KEY_CUT_LENGTH = 60;
    static final int KEY_LENGTH = 80;

    /** Where chains of causes are cut; some lead back to their start. */
    private static final int MAX_CAUSES = 16;

    private Printable() {
    }

    /** The text in one line, with everything escaped that is not to be seen. */
    public static String text(String text) {
        int shown = text.length() > MAX_LENGTH ? CUT_LENGTH : text.length();
        if (shown == text.length() && text.codePoints().allMatch(Printable::isVisible)) {
            return text;
        }
        StringBuilder printable = new StringBuilder(shown + 64);
        text.substring(0, shown).codePoints().forEach(codePoint -> append(printable, codePoint));
        if (shown < text.length()) {
            printable.append("... (").append(text.length()).append(" characters)");
        }
        return printable.toString();
    }

    /** A key in quotes: its beginning if it is long, and what is no text as hexadecimal numbers. */
    public static String key(byte[] key) {
        int shown = key.length > KEY_LENGTH ? KEY_CUT_LENGTH : key.length;
        String text = new String(key, 0, shown, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            StringBuilder hexadecimal = new StringBuilder();
            for (int i = 0; i < shown; i++) {
                hexadecimal.append(key[i] >= ' ' && key[i] < 0x7F ? String.valueOf((char) key[i])
                        : String.format("\\x%02x", key[i]));
            }
            text = hexadecimal.toString();
        }
        return "'" + text(text) + "'" + (shown < key.length ? "... (" + key.length + " bytes)" : "");
    }

    /**
     * The failure as it can be logged with its stack trace, or be the cause of another one: itself, if its text and that of all
     * its causes is printable; else one that says the same, with the same stack trace.
     */
    public static Throwable failure(Throwable failure) {
        try {
            return isPrintable(failure, 0) ? failure : copy(failure, 0);
        } catch (RuntimeException e) {
            // A class of somebody else's, such as a credentials provider's, which has not even a message without failing.
            return new IOException(failure.getClass().getName());
        }
    }

    private static void append(StringBuilder printable, int codePoint) {
        switch (codePoint) {
            case '\n' -> printable.append("\\n");
            case '\r' -> printable.append("\\r");
            case '\t' -> printable.append("\\t");
            default -> {
                if (isVisible(codePoint)) {
                    printable.appendCodePoint(codePoint);
                } else {
                    printable.append(String.format("\\u%04x", codePoint));
                }
            }
        }
    }

    /** Neither what controls a terminal or a line, nor what turns the direction of what is around it. */
    private static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE, Character.UNASSIGNED ->
                false;
            default -> true;
        };
    }

    private static boolean isPrintable(Throwable failure, int depth) {
        if (failure == null) {
            return true;
        }
        if (depth == MAX_CAUSES) {
            return false;
        }
        String message = failure.getMessage();
        if (message != null && !text(message).equals(message) || !isPrintable(failure.getCause(), depth + 1)) {
            return false;
        }
        for (Throwable suppressed : failure.getSuppressed()) {
            if (!isPrintable(suppressed, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private static Throwable copy(Throwable failure, int depth) {
        Throwable cause = failure.getCause() == null || depth == MAX_CAUSES ? null : copy(failure.getCause(), depth + 1);
        Throwable copy;
        if (failure instanceof ErrorType error) {
            copy = ErrorType.create(text(String.valueOf(error.getMessage())), cause);
        } else if (failure instanceof IllegalArgumentException) {
            // Who gets it as a cause may take it for the kind of failure that trying again does not help against.
            copy = new IllegalArgumentException(text(failure.toString()), cause);
        } else {
            copy = new IOException(text(failure.toString()), cause);
        }
        copy.setStackTrace(failure.getStackTrace());
        if (depth < MAX_CAUSES) {
            for (Throwable suppressed : failure.getSuppressed()) {
                copy.addSuppressed(copy(suppressed, depth + 1));
            }
        }
        return copy;
    }
}
