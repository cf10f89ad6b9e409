package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Redis strings are bytes. This makes text of them for people to read. */
final class ByteText {

    /** So many bytes are shown of a text that is one of many. */
    static final int BEGINNING = 16 * 1024;

    private static final HexFormat HEX = HexFormat.of();
    private static final int MAX_CHARACTER = 4;

    private ByteText() {
    }

    /** The text that the bytes are in UTF-8, if that can be read; else as {@link #quoted}. */
    static String readable(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r')) {
                return text;
            }
        } catch (CharacterCodingException e) {
            return quoted(bytes);
        }
        return quoted(bytes);
    }

    /** As {@link #readable}; of what is long the beginning, and how long it is. */
    static String beginning(byte[] bytes) {
        return bytes.length <= BEGINNING ? readable(bytes)
                : readable(Arrays.copyOf(bytes, endOfCharacter(bytes))) + " ... (" + bytes.length + " bytes)";
    }

    /** Where the beginning ends: not within a character of UTF-8, which would make bytes of the whole text. */
    private static int endOfCharacter(byte[] bytes) {
        int end = BEGINNING;
        while (end > BEGINNING - MAX_CHARACTER && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return end;
    }

    /** As redis-cli writes strings: in quotes, with all that is not printable ASCII escaped. */
    static String quoted(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length + 2).append('"');
        for (byte b : bytes) {
            switch (b) {
                case '\\', '"' -> text.append('\\').append((char) b);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case 7 -> text.append("\\a");
                case '\b' -> text.append("\\b");
                default -> {
                    if (b >= ' ' && b < 127) {
                        text.append((char) b);
                    } else {
                        text.append("\\x").append(HEX.toHexDigits(b));
                    }
                }
            }
        }
        return text.append('"').toString();
    }
}
