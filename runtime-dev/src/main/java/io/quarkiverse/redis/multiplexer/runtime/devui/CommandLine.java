package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * A line of the console, split into words as redis-cli does it: words are separated by blanks, {@code "double quotes"} know
 * the escapes {@code \n \r \t \b \a \\ \"} and <code>&#92;xHH</code>, {@code 'single quotes'} only {@code \'}, and a closing
 * quote ends its
 * word.
 *
 * @param words at least one
 */
record CommandLine(List<byte[]> words) {

    /** @throws IllegalArgumentException if there is no word, a quote is not closed, or something follows a closing quote */
    static CommandLine parse(String line) {
        List<byte[]> words = new Parser(line.getBytes(StandardCharsets.UTF_8)).words();
        if (words.isEmpty()) {
            throw new IllegalArgumentException("No command");
        }
        return new CommandLine(words);
    }

    /** Of a word, for comparisons: in upper case; empty if there are not so many words. */
    String keyword(int index) {
        return index < words.size() ? new String(words.get(index), StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT) : "";
    }

    /** Whether it ends a script or a function that is running, which a server does while it is busy with that. */
    boolean endsScript() {
        return (keyword(0).equals("SCRIPT") || keyword(0).equals("FUNCTION")) && keyword(1).equals("KILL");
    }

    Request request() {
        Request request = Request.cmd(Command.create(keyword(0).toLowerCase(Locale.ROOT)));
        words.subList(1, words.size()).forEach(word -> request.arg(Buffer.buffer(word)));
        return request;
    }

    /** One pass over the bytes of a line. */
    private static final class Parser {

        private final byte[] line;
        private int position;

        Parser(byte[] line) {
            this.line = line;
        }

        List<byte[]> words() {
            List<byte[]> words = new ArrayList<>();
            while (skipBlanks()) {
                words.add(word());
            }
            return words;
        }

        private boolean skipBlanks() {
            while (position < line.length && isBlank(line[position])) {
                position++;
            }
            return position < line.length;
        }

        private byte[] word() {
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            while (position < line.length && !isBlank(line[position])) {
                byte next = line[position++];
                if (next == '"' || next == '\'') {
                    quoted(next, word);
                    if (position < line.length && !isBlank(line[position])) {
                        throw invalid();
                    }
                } else {
                    word.write(next);
                }
            }
            return word.toByteArray();
        }

        private void quoted(byte quote, ByteArrayOutputStream word) {
            while (position < line.length) {
                byte next = line[position++];
                if (next == quote) {
                    return;
                }
                boolean escape = next == '\\' && position < line.length;
                if (escape && quote == '"') {
                    word.write(escaped());
                } else if (escape && line[position] == '\'') {
                    word.write(line[position++]);
                } else {
                    word.write(next);
                }
            }
            throw invalid();
        }

        private int escaped() {
            byte next = line[position++];
            if (next == 'x' && hexDigit(position) >= 0 && hexDigit(position + 1) >= 0) {
                int value = hexDigit(position) * 16 + hexDigit(position + 1);
                position += 2;
                return value;
            }
            return switch (next) {
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'b' -> '\b';
                case 'a' -> 7;
                default -> next;
            };
        }

        private int hexDigit(int index) {
            return index < line.length ? Character.digit(line[index], 16) : -1;
        }

        private static boolean isBlank(byte b) {
            return b == ' ' || b >= '\t' && b <= '\r' || b == 0;
        }

        private static IllegalArgumentException invalid() {
            return new IllegalArgumentException("Invalid argument(s): a quote is not closed, or is followed by something");
        }
    }
}
